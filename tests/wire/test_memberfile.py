"""The list of members as text: what a line says, what a broken one costs, and that no edit loses anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import TooManyMembers
from chatroom.core.members import Invitation, Member
from chatroom.core.rank import Rank
from chatroom.wire.memberfile import (
    HEADER,
    LINE,
    LINES,
    SIZE,
    NotAMemberFile,
    added,
    decode,
    encode,
    filled,
    line_of,
    parse,
    removed,
    replaced,
)

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFzaGhhc2g"
ANN = Member("a1", "ann@example.org", "Ann", Rank.ADMIN, HASH)
BOB = Member("b2", "", "bob", Rank.MEMBER, str(Invitation(HASH, 1790000000)), (("bot", "yes"),))
FILE = f"""\
# us
a1 ann@example.org Ann admin {HASH}

  b2\t-  bob   member invite:{HASH}:1790000000 bot=yes  # from work
\t# the end
"""


def fault(line: str) -> str:
    parsed = parse(line)
    assert (parsed.members, parsed.plain) == ((), ())
    assert parsed.lines == (line,)
    return str(parsed.faults[0])


def test_a_file_is_read() -> None:
    parsed = parse(FILE)
    assert parsed.members == (ANN, BOB)
    assert parsed.faults == ()
    assert parsed.places == {"a1": 2, "b2": 4}
    assert "".join(parsed.lines) == FILE
    assert "argon2" not in repr(parsed)


def test_what_a_new_file_begins_with_is_only_comment() -> None:
    parsed = parse(HEADER)
    assert (parsed.members, parsed.plain, parsed.faults) == ((), (), ())


@pytest.mark.parametrize("line", ["ann@x.org  correct horse\t", "\tann@x.org correct horse", "ann@x.org\tcorrect horse\r\n"])
def test_a_line_with_a_mail_and_a_password_is_read_as_that(line: str) -> None:
    (plain,) = parse(line).plain
    assert (plain.number, plain.mail, plain.password) == (1, "ann@x.org", "correct horse")
    assert "horse" not in repr(plain)


def test_a_password_may_hold_what_a_comment_begins_with() -> None:
    assert parse("ann@x.org #1 # fan").plain[0].password == "#1 # fan"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("zq7", "A member has an id"),
        ("ann@x.org", "It has a mail address and no password."),
        ("ann@x@y zq7zq7", "Its first word is not a mail address"),
        (f"ann@x.org ann member {HASH}", "It begins with a mail address, as a line with a password does, and yet has a hash."),
        ("_a - ann member -", "Its first word is not an id"),
        ("a zq7 ann member -", "Its second word is not a mail address"),
        ("a - a!n member -", "Its third word is not a name"),
        ("a - - member -", "Its third word is not a name"),
        ("a - ann guest -", "Its fourth word is not a rank"),
        ("a - ann member zq7", "Its fifth word is not a hash"),
        ("a - ann member - zq7", "After the fifth word come words like key=value"),
        ("a - ann member - bot=1 bot=2", "After the fifth word come words like key=value, each key once."),
        ("a - a\x00n member -", "It has bytes that are not UTF-8"),
        ("a - ann\rb - bob member -", "It has bytes that are not UTF-8, or characters that cannot be seen"),
        ("a - a\u202en member -", "It has bytes that are not UTF-8"),
        ("a - ann member - " + "b" * LINE, f"It is longer than {LINE} characters."),
    ],
)
def test_a_broken_line_is_told_by_its_number_with_what_to_do(line: str, sentence: str) -> None:
    assert fault(line).startswith(f"line 1: {sentence}")


def test_a_broken_line_costs_only_itself() -> None:
    parsed = parse(f"{line_of(ANN)}\nbroken\n{line_of(BOB)}\n")
    assert parsed.members == (ANN, BOB)
    assert [fault.number for fault in parsed.faults] == [2]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("a1 - dave member -", "Its id is that of line 1. Give it another."),
        ("d4 ANN@example.ORG dave member -", "Its mail is that of line 1. Change one of the two."),
        ("d4 - ANN member -", "Its name is that of line 1, or looks like it. Change one of the two."),
        ("d4 - Аnn member -", "Its name is that of line 1, or looks like it. Change one of the two."),
        ("d4 - a1 member -", "Its id is the name of line 1, or the other way round. Change one of the two."),
        ("Ann@Example.org zq7zq7zq", "Its mail is that of line 1. Remove one of the two."),
    ],
)
def test_of_two_lines_that_cannot_both_stand_the_first_does(line: str, sentence: str) -> None:
    parsed = parse(f"{line_of(ANN)}\n{line}\n")
    assert parsed.members == (ANN,)
    assert parsed.plain == ()
    assert [str(fault) for fault in parsed.faults] == [f"line 2: {sentence}"]


def test_of_two_passwords_for_one_mail_the_first_stands() -> None:
    parsed = parse("ann@x zq7zq7zq\nANN@x other\n")
    assert [plain.number for plain in parsed.plain] == [1]
    assert str(parsed.faults[0]) == "line 2: Its mail is that of line 1. Remove one of the two."


def test_faults_come_in_the_order_of_lines() -> None:
    parsed = parse(f"ann@example.org zq7zq7zq\nbroken\n{line_of(ANN)}\n")
    assert [fault.number for fault in parsed.faults] == [1, 2]


def test_a_rank_and_a_decomposed_name_are_read_in_any_spelling() -> None:
    (member,) = parse("a - Zoe\u0308 ADMIN -").members
    assert member == Member("a", "", "Zoë", Rank.ADMIN)


def test_a_byte_order_mark_and_windows_line_ends_are_kept_and_mean_nothing() -> None:
    raw = b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()
    parsed = parse(decode(raw))
    assert (parsed.members, parsed.faults) == ((ANN, BOB), ())
    new = Member("c3", "", "carol")
    assert encode(added(parsed, new)) == raw + b"c3 - carol member -\r\n"
    first = parse(decode(b"\xef\xbb\xbfa1 - ann member -\r\n# x"))
    assert encode(removed(first, "a1")) == b"\xef\xbb\xbf# x"
    assert encode(replaced(first, Member("a1", "", "amy"))) == b"\xef\xbb\xbfa1 - amy member -\r\n# x"


def test_bytes_that_are_not_utf_8_cost_their_line_and_are_kept() -> None:
    raw = b"# caf\xe9\na1 - ann\xff member -\nb2 - bob member -\n"
    parsed = parse(decode(raw))
    assert [member.id for member in parsed.members] == ["b2"]
    assert [fault.number for fault in parsed.faults] == [2]
    assert encode(removed(parsed, "b2")) == b"# caf\xe9\na1 - ann\xff member -\n"


@pytest.mark.parametrize("raw", ["a1 - ann member -\n".encode("utf-16"), b"\xfe\xff\x00a", b"\xff\xfea\x00"])
def test_a_file_in_utf_16_is_refused_as_a_whole(raw: bytes) -> None:
    with pytest.raises(NotAMemberFile, match="UTF-16"):
        decode(raw)


def test_a_file_beyond_its_bounds_is_refused_as_a_whole() -> None:
    assert parse(decode(b"#" * SIZE)).faults == ()
    assert len(parse("#\n" * LINES).lines) == LINES
    with pytest.raises(NotAMemberFile, match="larger than 1 MiB"):
        decode(b"#" * (SIZE + 1))
    with pytest.raises(NotAMemberFile, match="more than 10000 lines"):
        parse("#\n" * (LINES + 1))


def test_no_edit_makes_a_file_that_could_not_be_read_again() -> None:
    with pytest.raises(TooManyMembers):
        encode(added(parse("#\n" * LINES), ANN))
    with pytest.raises(TooManyMembers):
        encode(added(parse("#" * SIZE), ANN))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a - ann member -\n"),
        ("# x", "# x\na - ann member -\n"),
        ("\ufeff", "\ufeffa - ann member -\n"),
        ("\r\n# x", "\r\n# x\r\na - ann member -\r\n"),
    ],
)
def test_a_line_is_added_at_the_end(text: str, expected: str) -> None:
    assert added(parse(text), Member("a", "", "ann")) == expected


def test_a_line_is_removed_and_no_other_is_touched() -> None:
    assert removed(parse(FILE), "a1") == FILE.replace(FILE.splitlines(keepends=True)[1], "")


def test_only_the_words_that_change_are_touched() -> None:
    parsed = parse(FILE)
    moderator = Member("b2", "bob@x.org", "bob", Rank.MODERATOR, BOB.secret, BOB.extras)
    assert replaced(parsed, moderator) == FILE.replace("b2\t-  bob   member", "b2\tbob@x.org  bob   moderator")
    assert replaced(parsed, BOB) == FILE


@pytest.mark.parametrize(
    ("extras", "tail"),
    [
        ((), "  # c"),
        ((("x", "2"),), " x=2  # c"),
        ((("x", "1"), ("y", "2")), " x=1   y=2  # c"),
        ((("x", "1"), ("y", "1"), ("z", "3")), " x=1   y=1 z=3  # c"),
    ],
)
def test_what_follows_the_five_words_can_change_too(extras: tuple[tuple[str, str], ...], tail: str) -> None:
    parsed = parse("a - ann member - x=1   y=1  # c")
    assert replaced(parsed, Member("a", "", "ann", extras=extras)) == "a - ann member -" + tail


def test_a_rank_keeps_its_spelling_where_it_does_not_change() -> None:
    parsed = parse("a - ann ADMIN -")
    assert replaced(parsed, Member("a", "", "amy", Rank.ADMIN)) == "a - amy ADMIN -"


def test_a_line_with_a_password_becomes_a_full_one_in_its_place() -> None:
    parsed = parse("# us\n  ann@x.org correct horse\r\n# end")
    assert filled(parsed, {2: Member("a", "ann@x.org", "ann", secret=HASH)}) == f"# us\n  a ann@x.org ann member {HASH}\r\n# end"


def test_what_stood_in_a_file_before_is_not_worked_out_again_and_reads_the_same() -> None:
    before = parse(FILE)
    text = f"b2 - bobby member -\n{FILE}c3 - carol member -\nann@x password\n"
    after = parse(text, before=before)
    anew = parse(text)
    assert (after.members, after.plain, after.faults, after.places) == (anew.members, anew.plain, anew.faults, anew.places)
    assert after.members[1] is before.members[0]
    assert [fault.number for fault in after.faults] == [5]


WORDS = st.sampled_from(["a1", "b2", "c3", "-", "x@y.org", "ann", "bob", "Аnn", "member", "admin", "ADMIN", HASH, "k=v", "#", "Q7Zx9"])
LINE_LIKE = st.lists(WORDS, max_size=7).map(" ".join)
GOOD = st.sampled_from([line_of(ANN), line_of(BOB), " c3  - carol\tmember -", "# x", "", "x@y.org Q7Zx9Q7Zx9"])
ENDING = st.sampled_from(["\n", "\r\n"])
TEXTS = st.lists(st.tuples(GOOD | LINE_LIKE | st.text(max_size=20), ENDING).map("".join)).map("".join)
FILES = st.tuples(st.sampled_from(["", "\ufeff"]), TEXTS, st.sampled_from(["", "# no end", "d4 - dave member -"])).map("".join)
NEW = Member("new", "new@x.org", "Newcomer", Rank.MODERATOR, HASH)


@given(FILES)
def test_no_line_is_ever_lost(text: str) -> None:
    parsed = parse(text)
    assert "".join(parsed.lines) == text
    assert parse(added(parsed, NEW)).members == (*parsed.members, NEW)
    for member in parsed.members:
        at = parsed.places[member.id] - 1
        assert _without_mark(removed(parsed, member.id)) == _without_mark("".join(_others(parsed.lines, at)))
        changed = Member(member.id, "other@x.org", "Other", Rank.MODERATOR, HASH, member.extras)
        again = parse(replaced(parsed, changed))
        assert again.directory.get(member.id) == changed
        assert _others(again.lines, at) == _others(parsed.lines, at)


def _others(lines: tuple[str, ...], at: int) -> list[str]:
    return [line for number, line in enumerate(lines) if number != at]


def _without_mark(text: str) -> str:
    return text.removeprefix("\ufeff")


@given(st.binary(max_size=200) | FILES.map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_without_loss_or_refused_with_a_sentence(raw: bytes) -> None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        with pytest.raises(NotAMemberFile):
            decode(raw)
    else:
        assert encode("".join(parse(decode(raw)).lines)) == raw


@given(st.lists(WORDS | st.text("Q7Zx9ő", min_size=4), max_size=8).map(" ".join))
def test_what_is_said_about_a_line_repeats_no_word_of_it(line: str) -> None:
    for found in parse(line).faults:
        assert not any(char in str(found).removeprefix("line 1") for char in "QZ79ő")
        assert not any(char in repr(found) for char in "QZ79ő")


@given(FILES)
def test_what_is_replaced_by_itself_is_as_it_was(text: str) -> None:
    parsed = parse(text)
    for member in parsed.members:
        assert replaced(parsed, member) == text
