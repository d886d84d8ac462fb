// What others wrote, made safe to show: text goes into text nodes alone, and only after `visible`.

const STEP = new RegExp(
  [
    String.raw`(?<kept>(?<=[\p{L}\p{M}])[\u200c\u200d](?=[\p{L}\p{M}])`,
    String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})`,
    String.raw`(?<=[\p{Extended_Pictographic}0-9#*])[\ufe0e\ufe0f])`,
    String.raw`(?<gone>\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x02\x0f\x11\x16\x1d\x1e\x1f]`,
    String.raw`[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\u{e0000}-\u{e0fff}])`,
    String.raw`(?<blank>[\t\u2028\u2029])`,
    String.raw`(?<control>[\0-\x1f\x7f])`,
    String.raw`(?<bad>[\u0080-\u009f\p{Co}\p{Cs}\p{Noncharacter_Code_Point}])`,
    String.raw`(?<pile>(?<=\p{M}{8})\p{M}+)`,
  ].join("|"),
  "gu",
);

/** Give one line of text as it may be shown: controls as their pictures, what cannot be seen not at all. */
export function visible(text) {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(STEP, (found, ...more) => {
    const { kept, blank, control, bad } = more.at(-1);
    if (kept) return found;
    if (blank) return " ";
    if (control) return String.fromCharCode(found === "\x7f" ? 0x2421 : 0x2400 + found.charCodeAt(0));
    return bad ? "\ufffd" : "";
  });
}

/** Make an element; `attributes` are set as such, children are nodes or text. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const HUES = 12;

/** Show somebody's name, in a colour that is theirs. */
export function name(of) {
  let sum = 7;
  for (const character of of.toLowerCase()) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return element("bdi", { class: `name hue-${sum % HUES}` }, visible(of));
}

const LINK = /\bhttps?:\/\/[^\s<>"'`\\^{|}\p{Cc}\p{Cf}]+/giu;

/** Show a message: lines as lines, addresses of pages as links, and each of `names` marked where it stands as a word. */
export function words(text, names = []) {
  const made = document.createDocumentFragment();
  text.replace(/\r\n/g, "\n").replace(/\n$/, "").split("\n").forEach((line, index) => {
    if (index) made.append(element("br"));
    let end = 0;
    for (const found of line.matchAll(LINK)) {
      const address = trimmed(found[0]);
      const target = parsed(address);
      if (!target) continue;
      made.append(...marked(line.slice(end, found.index), names));
      made.append(element("a", { href: target.href, target: "_blank", rel: "noopener noreferrer nofollow" }, visible(address)));
      end = found.index + address.length;
    }
    made.append(...marked(line.slice(end), names));
  });
  return made;
}

/** Leave out what ends the sentence rather than the address. */
function trimmed(address) {
  let given = address.replace(/[.,;:!?…]+$/u, "");
  while (given.endsWith(")") && given.split("(").length < given.split(")").length) given = given.slice(0, -1);
  return given;
}

function parsed(address) {
  try {
    const target = new URL(address);
    const plain = ["http:", "https:"].includes(target.protocol) && !target.username && !target.password;
    return plain ? target : null;
  } catch {
    return null;
  }
}

/** Tell whether a name stands in a text as a word of its own. */
export function mentions(text, of) {
  return Boolean(of) && new RegExp(pattern([of]), "iu").test(text);
}

function marked(text, names) {
  if (!names.length) return [visible(text)];
  const parts = text.split(new RegExp(`(${pattern(names)})`, "iu"));
  return parts.map((part, index) => (index % 2 ? element("mark", {}, visible(part)) : visible(part)));
}

function pattern(names) {
  const escaped = names.map((one) => one.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return `(?<![\\p{L}\\p{N}_])(?:${escaped.join("|")})(?![\\p{L}\\p{N}_])`;
}

const HOURS = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const SECONDS = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const DAYS = new Intl.DateTimeFormat([], { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** Show when something was: the hour, and all of it for whoever asks. */
export function time(at, { seconds = false } = {}) {
  const when = new Date(at);
  return element("time", { datetime: at, title: when.toLocaleString() }, (seconds ? SECONDS : HOURS).format(when));
}

/** Name the day of a moment. */
export function day(at) {
  return DAYS.format(new Date(at));
}
