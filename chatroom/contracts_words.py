"""What every journal promises about words: that they can be removed, found, and traced to whoever said them."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from chatroom.core.errors import Refused
from chatroom.core.events import NOBODY, Author, Erased, Removed, Said, Told, emptied
from chatroom.core.quest import Quest
from chatroom.core.seams import Committed, Declined, Draft, Findings, Retention, Slice, Submission, Trace, Traces
from chatroom.journalcase import ANN, BOB, NOON, JournalCase, said


class WordsContract(JournalCase):
    """Check what every journal promises about words."""

    def find(self, *terms: str, logs: tuple[str, ...] = ("lobby", "attic"), limit: int = 10, **filters: object) -> Findings:
        """Search, and wait for the answer."""
        answers: list[Findings | Refused] = []
        self.journal.search(Quest(terms, logs, limit, **filters), answers.append)  # type: ignore[arg-type]  # each test gives its own
        assert not answers, "answered inside search"
        self.turns.until(lambda: bool(answers))
        assert not isinstance(answers[0], Refused), answers[0]
        return answers[0]

    def found(self, *terms: str, **filters: object) -> list[str]:
        """Give the words that are found."""
        entries = self.find(*terms, **filters).entries  # type: ignore[arg-type]  # as above
        return [entry.event.text for entry in entries if isinstance(entry.event, Said | Told)]

    def trace(self, *names: str, member: str = "", after: int = 0, limit: int = 500) -> Traces:
        """Trace somebody's words, and wait for the answer."""
        answers: list[Traces | Refused] = []
        self.journal.trace(Trace(names, member, after, limit), answers.append)
        assert not answers, "answered inside trace"
        self.turns.until(lambda: bool(answers))
        assert not isinstance(answers[0], Refused), answers[0]
        return answers[0]

    # Removing.

    def test_what_is_removed_is_emptied_in_its_place(self) -> None:
        entries = self.post(said("a"), said("secret"), said("b"), said("secret too"))
        (removal,) = self.post(Draft("lobby", Removed(BOB, (entries[1].id, entries[3].id, "unheard of")), "r", NOON + 1), ticket=2)
        assert (removal.seq, removal.kept) == (5, True)
        left = (entries[0], emptied(entries[1]), entries[2], emptied(entries[3]), removal)
        assert self.read(Slice("lobby", 10)) == left
        self.close()
        recovered = self.reopen()
        assert recovered.logs["lobby"].tail == left
        assert recovered.logs["lobby"].head == 5

    def test_what_is_removed_as_soon_as_it_is_said_is_emptied_too(self) -> None:
        outcomes = self.submit(
            Submission(1, (said("secret"),)),
            Submission(2, (Draft("lobby", Removed(ANN, ("secret",)), "r", NOON),)),
            Submission(3, (said("b"),)),
        )
        assert [type(outcome) for outcome in outcomes] == [Committed] * 3
        assert self.texts(Slice("lobby", 10)) == ["b"]

    def test_a_removal_empties_its_own_log_alone(self) -> None:
        told = Told(ANN, BOB, "psst")
        self.post(Draft("@a", told, "1", NOON), Draft("@b", told, "1", NOON), Draft("@c", told, "2", NOON))
        removed = Removed(ANN, ("1", "2"))
        self.post(Draft("@a", removed, "r", NOON), Draft("@b", removed, "r", NOON), ticket=2)
        assert [self.read(Slice(log, 1, before=2))[0].event for log in ("@a", "@b", "@c")] == [Erased(NOBODY), Erased(NOBODY), told]

    def test_a_removal_that_is_declined_empties_nothing(self) -> None:
        self.post(said("a"), said("b"))
        (declined,) = self.submit(Submission(2, (Draft("lobby", Removed(ANN, ("a",)), "r", NOON), said("b"))))
        assert isinstance(declined, Declined)
        assert self.texts(Slice("lobby", 10)) == ["a", "b"]

    def test_what_was_removed_is_not_said_again_by_who_sends_it_again(self) -> None:
        (first,) = self.submit(Submission(1, (said("secret"),), origin="o"))
        assert isinstance(first, Committed)
        self.post(Draft("lobby", Removed(ANN, ("secret",)), "r", NOON), ticket=2)
        (again,) = self.submit(Submission(3, (said("secret", id="2"),), origin="o"))
        assert again == Committed((emptied(first.entries[0]),), repeated=True)

    # Searching.

    def test_words_are_found_the_newest_first_with_where_they_stand(self) -> None:
        entries = self.post(said("tea at four"), said("coffee", log="attic"), said("more tea", log="attic"))
        assert self.find("tea") == Findings((entries[2], entries[0]), None, 0)

    def test_all_terms_must_be_there_in_any_case_and_with_any_accents(self) -> None:
        self.post(said("Das Café hat OFFEN"), said("das Auto"), said("Übung im Café"))
        assert self.found("cafe", "das") == ["Das Café hat OFFEN"]
        assert self.found("ubung") == ["Übung im Café"]
        assert self.found("CAFÉ", "offen") == ["Das Café hat OFFEN"]
        assert self.found("cafe", "auto") == []

    def test_a_word_finds_those_that_begin_with_it_and_words_in_quotes_stand_together(self) -> None:
        self.post(said("deploying now"), said("now we deploy"))
        assert self.found("deploy") == ["now we deploy", "deploying now"]
        assert self.found("deploying now") == ["deploying now"]

    def test_what_begins_no_word_is_looked_for_within_words(self) -> None:
        self.post(said("foobar"), said("これは日本語です"), said("barium"))
        assert self.found("oba") == ["foobar"]
        assert self.found("bar") == ["barium"]
        assert self.found("日本") == self.found("日本語") == ["これは日本語です"]
        assert self.found("日本", "です") == ["これは日本語です"]

    def test_no_term_is_anything_but_words(self) -> None:
        self.post(said('say "hi" OR bye'), said("100% _sure_ \\o/"))
        for term in ('"', "NEAR(", "text:hi", "a*b", "-x", "^say", "\0", "x" * 200, "' --"):
            self.find(term)
        assert self.found("OR") == self.found('"hi"') == ['say "hi" OR bye']
        assert self.found("0%") == ["100% _sure_ \\o/"]
        assert self.found("%") == ["100% _sure_ \\o/"]

    def test_only_the_logs_that_may_be_looked_at_are(self) -> None:
        self.post(said("tea"), Draft("@a", Told(ANN, BOB, "tea for two"), "1", NOON))
        assert self.found("tea") == ["tea"]
        assert self.found("tea", logs=("@a",)) == ["tea for two"]
        assert self.found("tea", logs=()) == []

    def test_filters_narrow_the_search(self) -> None:
        self.post(said("tea 1"), Draft("lobby", Said(BOB, "tea 2"), "2", NOON + 10), said("tea 3", at=NOON + 20))
        assert self.found("tea", by="Bob") == ["tea 2"]
        assert self.found("tea", by="nobody") == []
        assert self.found("tea", since=NOON + 10) == ["tea 3", "tea 2"]
        assert self.found("tea", until=NOON + 10) == ["tea 1"]
        assert self.found("tea", since=NOON + 10, until=NOON + 20) == ["tea 2"]

    def test_a_search_goes_on_where_it_stopped(self) -> None:
        self.post(*(said(f"tea {n}") for n in range(7)))
        first = self.find("tea", limit=3)
        assert [entry.seq for entry in first.entries] == [7, 6, 5]
        second = self.find("tea", limit=3, older=first.older)
        assert [entry.seq for entry in second.entries] == [4, 3, 2]
        last = self.find("tea", limit=3, older=second.older)
        assert ([entry.seq for entry in last.entries], last.older) == ([1], None)

    def test_what_was_removed_is_not_found(self) -> None:
        entries = self.post(said("tea one"), said("tea two"), said("tea three", log="attic"))
        assert len(self.found("tea")) == 3
        self.post(Draft("lobby", Removed(BOB, (entries[0].id,)), "r", NOON), ticket=2)
        assert self.found("tea") == ["tea three", "tea two"]
        self.close()
        self.reopen()
        assert self.found("tea") == ["tea three", "tea two"]
        self.post(Draft("attic", Removed(BOB, (entries[2].id,)), "s", NOON), said("teapot"), ticket=2)
        assert self.found("tea") == ["teapot", "tea two"]
        assert self.found("wo") == ["tea two"]

    def test_what_retention_dropped_is_not_found(self) -> None:
        self.post(*(said(f"tea {n}") for n in range(20)))
        assert len(self.found("tea", limit=30)) == 20
        self.journal.trim(Retention(age=0, count=5), NOON)
        self.turns.until(lambda: len(self.found("tea", limit=30)) == 5)

    # Tracing.

    def test_a_members_words_are_traced_under_whatever_name_and_a_guests_under_theirs(self) -> None:
        annie = Author("annie", "m-ann")
        self.post(
            said("1"),
            Draft("lobby", Said(annie, "2"), "2", NOON),
            Draft("lobby", Said(BOB, "3"), "3", NOON),
            Draft("@m-ann", Told(ANN, BOB, "4"), "4", NOON),
            Draft("@m-ann", Told(BOB, ANN, "5"), "5", NOON),
            Draft("attic", Said(Author("BOB"), "6"), "6", NOON),
        )
        assert self.trace(member="m-ann") == Traces((("lobby", "1"), ("lobby", "2"), ("@m-ann", "4")), None)
        assert self.trace("bob") == Traces((("lobby", "3"), ("@m-ann", "5"), ("attic", "6")), None)
        assert self.trace("annie") == Traces((("lobby", "2"),), None)
        assert self.trace("nobody", member="m-none") == Traces((), None)

    def test_a_trace_goes_on_where_it_stopped_and_passes_over_what_is_removed(self) -> None:
        self.post(*(said(str(n)) for n in range(7)))
        self.post(Draft("lobby", Removed(BOB, ("1", "5")), "r", NOON), ticket=2)
        found: list[tuple[str, str]] = []
        after: int | None = 0
        while after is not None:
            traces = self.trace(member="m-ann", limit=2, after=after)
            found += traces.found
            after = traces.after
        assert [id for _, id in found] == ["0", "2", "3", "4", "6"]  # noqa: A001

    def test_what_is_looked_for_after_closing_is_refused(self) -> None:
        self.close()
        answers: list[object] = []
        self.journal.search(Quest(("tea",), ("lobby",), 5), answers.append)
        self.journal.trace(Trace(("ann",), ""), answers.append)
        self.turns.until(lambda: len(answers) == 2)
        assert all(isinstance(answer, Refused) for answer in answers)
