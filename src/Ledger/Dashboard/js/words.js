// How numbers, days and the words of the vocabulary are written for people.
const format = new Intl.NumberFormat('en-GB');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const num = n => (n === null || n === undefined ? '–' : format.format(n));
export const signed = n => (n > 0 ? `+${num(n)}` : n < 0 ? `−${num(-n)}` : '±0');
export const many = (n, one, more = `${one}s`) => `${num(n)} ${n === 1 ? one : more}`;

export function day(text) {
  if (!text) return '–';
  const [year, month, date] = text.slice(0, 10).split('-').map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}
export const time = text => `${day(text)}, ${text.slice(11, 16)} UTC`;
export const dayBefore = text => new Date(Date.parse(`${text}T00:00Z`) - 864e5).toISOString().slice(0, 10);
export const span = window =>
  !window || window.earliest === window.latest
    ? null
    : `${window.earliest <= '0001-01-01' ? 'at any time' : day(window.earliest)} – ${day(window.latest)}`;

/** The range of an estimate beside its best, for rows. */
export function range(e) {
  if (e.high === null) return `${num(e.low)}+`;
  return e.low === e.high && e.best === e.low ? '' : `${num(e.low)}–${num(e.high)}`;
}

/** Whether there is nothing in an estimate: none is reported, which is not to say that there are none. */
export const isNone = e => e.best === 0 && e.high === 0;

/** An estimate for those who hear it. */
export const spoken = e =>
  isNone(e)
    ? 'none reported'
    : e.high === null
      ? `best ${num(e.best)}, at least ${num(e.low)}, no upper bound`
      : e.low === e.high
        ? `${num(e.best)}, all bounds agree`
        : `best ${num(e.best)}, between ${num(e.low)} and ${num(e.high)}`;

/** The same below the large number at the head of a page. */
export const below = e =>
  e.high === null
    ? `${num(e.low)} or more`
    : isNone(e)
      ? 'none reported'
      : e.low === e.high
        ? 'all bounds agree'
        : `${num(e.low)} to ${num(e.high)}`;

export const CATEGORY = {
  uav: 'Unarmed drones',
  armedUav: 'Armed drones',
  loiteringMunition: 'Loitering munitions',
  battleTank: 'Battle tanks',
  armouredVehicle: 'Armoured vehicles',
  artillery: 'Artillery',
  combatAircraft: 'Combat aircraft',
  attackHelicopter: 'Attack helicopters',
  warship: 'Warships',
  missile: 'Missiles',
  other: 'Other equipment',
};
export const category = name => CATEGORY[name] ?? name;
export const DRONES = ['uav', 'armedUav'];
export const isDrone = name => name === 'uav' || name === 'armedUav' || name === 'loiteringMunition';

export const KIND = {
  announcement: 'Announcement',
  contract: 'Contract',
  delivery: 'Delivery',
  milestone: 'Production milestone',
  observation: 'Observation',
  loss: 'Loss',
  retraction: 'Retraction',
  delisting: 'Delisting',
};
export const kind = name => KIND[name] ?? name;
export const DID = {
  announcement: ' announced',
  contract: ' ordered',
  delivery: ' delivered',
  milestone: ' completed',
  observation: ' seen',
  loss: ' lost',
};
export const MILESTONE = {
  agreement: 'agreement',
  siteSelected: 'site selected',
  construction: 'construction',
  training: 'training',
  lineOpened: 'line opened',
  productionStarted: 'production started',
  rateDeclared: 'rate declared',
  firstUnit: 'first unit',
  unitsCompleted: 'units completed',
  halted: 'halted',
};
export const STAGE = {
  announced: 'announced',
  onOrder: 'on order',
  partlyDelivered: 'partly delivered',
  delivered: 'delivered',
  cancelled: 'cancelled',
};
export const RELIABILITY = {
  A: 'completely reliable',
  B: 'usually reliable',
  C: 'fairly reliable',
  D: 'not usually reliable',
  E: 'unreliable',
  F: 'cannot be judged',
};
export const CREDIBILITY = {
  1: 'confirmed by others',
  2: 'probably true',
  3: 'possibly true',
  4: 'doubtful',
  5: 'improbable',
  6: 'truth cannot be judged',
};
export const grade = g => (g ? `${g}: ${RELIABILITY[g[0]]} source, ${CREDIBILITY[g[1]]}` : 'not graded');

/** What a source said about a number. */
export function quantity(q) {
  if (!q) return 'no number';
  const unit = q.unit === 'system' ? (q.n === 1 ? ' system' : ' systems') : '';
  switch (q.qualifier) {
    case 'exact':
      return num(q.n) + unit;
    case 'atLeast':
      return `at least ${num(q.n)}${unit}`;
    case 'upTo':
      return `up to ${num(q.n)}${unit}`;
    case 'about':
      return `about ${num(q.n)}${unit}`;
    case 'range':
      return (
        `${num(q.low ?? 0)}–${q.high === undefined || q.high === null ? 'open' : num(q.high)}${unit}` +
        (q.best === undefined || q.best === null ? '' : `, ${num(q.best)} in its best reading`)
      );
    default:
      return q.n === undefined || q.n === null ? 'some' : num(q.n) + unit;
  }
}

/** Why a report does not count, as the beginning of a sentence that names the other report. */
export const ASIDE = {
  retracted: ['Withdrawn by ', 'Withdrawn'],
  superseded: ['Replaced by ', 'Replaced by a newer report'],
  delisted: ['No longer listed: ', 'No longer listed by its publisher'],
  sameOrigin: ['Repeats what ', 'Repeats one original statement', ' said'],
  role: [null, 'Not a transfer'],
  improbable: [null, 'Improbable by its grade'],
  notYet: [null, 'Not yet in effect on this day'],
};

/** What a report is read as, where that says more than its quantity. */
export const readAs = (q, e) =>
  e.high === null
    ? `read as at least ${num(e.low)}${e.best > e.low ? `, ${num(e.best)} in the best reading` : ''}`
    : q?.qualifier === 'exact' && q.n === e.best && e.low === e.high
      ? null
      : `read as ${num(e.best)}${range(e) ? ` (${range(e)})` : ''}`;

/** What stands under "the world of …" and its brothers in a sentence. */
export const knownAt = text => (text.startsWith('@') ? `entry ${num(Number(text.slice(1)))}` : time(text));
