// The members of a report as fields of the form: of each kind those that it may have. What is required the service decides; what is
// required of every report that has the field is marked.
import { h } from '../dom.js';

export const KINDS = [
  ['announcement', 'announcements', 'Announcement', 'intends, offers, approves'],
  ['contract', 'contracts', 'Contract', 'an order was signed'],
  ['delivery', 'deliveries', 'Delivery', 'units arrived'],
  ['milestone', 'milestones', 'Milestone', 'production reached a point'],
  ['observation', 'observations', 'Observation', 'units were seen'],
  ['loss', 'losses', 'Loss', 'destroyed, lost, retired'],
  ['retraction', 'retractions', 'Retraction', 'a report must not count'],
  ['delisting', 'delistings', 'Delisting', 'an edition drops it'],
];
export const pathOf = kind => KINDS.find(k => k[0] === kind)[1];
export const acts = kind => kind === 'retraction' || kind === 'delisting';

const words = {
  secondHand: 'second hand',
  passedOn: 'passed on',
  siteSelected: 'site selected',
  lineOpened: 'line opened',
  foreignOperated: 'operated by foreigners',
  productionStarted: 'production started',
  rateDeclared: 'rate declared',
  firstUnit: 'first unit',
  unitsCompleted: 'units completed',
};
const choice = name => [name, words[name] ?? name];
const QUALIFIERS = [
  ['some', 'some, no number'],
  ['exact', 'exactly'],
  ['about', 'about'],
  ['atLeast', 'at least'],
  ['upTo', 'up to'],
  ['range', 'between'],
];

/** A field: { pointer, label, hint, type, options(vocabulary), when: of a kind, with what is filled in, needed, wide }. */
const of =
  (...kinds) =>
  kind =>
    kinds.includes(kind);
const reports = kind => !acts(kind);
export const GROUPS = [
  [
    'About whom and what',
    [
      {
        pointer: '/recipient',
        needed: true,
        label: 'Recipient',
        type: 'country',
        when: reports,
        hint: 'A country, or its code; x-… for what is no state',
      },
      { pointer: '/supplier', label: 'Supplier', type: 'country', when: reports, hint: 'Leave empty where the source does not say' },
      { pointer: '/platform', needed: true, label: 'Platform', type: 'platform', when: reports, hint: 'In the words of the source' },
      {
        pointer: '/deal',
        label: 'Deal',
        type: 'deal',
        when: reports,
        hint: 'Ties reports about one purchase together. Empty where the source does not say.',
      },
      {
        pointer: '/lot',
        label: 'Lot',
        when: reports,
        hint: 'Empty: the number is the whole deal so far. Filled: the size of this delivery, or incident.',
      },
      {
        pointer: '/role',
        label: 'Role',
        type: 'select',
        options: v => [['', 'transfer'], ...v.roles.filter(x => x !== 'transfer').map(choice)],
        when: reports,
      },
      {
        pointer: '/report',
        needed: true,
        label: 'Report',
        when: acts,
        wide: true,
        hint: 'The event id of the report, or its id in the same feed',
      },
      { pointer: '/reason', label: 'Reason', when: of('retraction'), wide: true },
      { pointer: '/edition', needed: true, label: 'Edition', when: of('delisting'), hint: 'The edition that no longer lists it' },
      {
        pointer: '/successor',
        label: 'Successor',
        when: of('delisting'),
        hint: 'The report under which the publisher lists the same order now',
      },
    ],
  ],
  [
    'How many, and when',
    [
      { pointer: '/quantity/qualifier', label: 'The source says', type: 'select', options: () => QUALIFIERS, when: reports },
      {
        pointer: '/quantity/n',
        label: 'Number',
        type: 'number',
        when: (kind, form) => reports(kind) && !of('range', 'some')(form('/quantity/qualifier')),
      },
      {
        pointer: '/quantity/low',
        label: 'From',
        type: 'number',
        when: (kind, form) => reports(kind) && form('/quantity/qualifier') === 'range',
      },
      {
        pointer: '/quantity/high',
        label: 'To',
        type: 'number',
        when: (kind, form) => reports(kind) && form('/quantity/qualifier') === 'range',
        hint: 'Empty: open',
      },
      {
        pointer: '/quantity/unit',
        label: 'Unit',
        type: 'select',
        options: () => [
          ['', 'aircraft (items)'],
          ['system', 'systems'],
        ],
        when: reports,
      },
      { pointer: '/quantity/text', label: 'In its own words', when: reports, hint: '“a handful of drones”' },
      {
        pointer: '/occurred',
        label: 'When it happened',
        type: 'date',
        when: reports,
        hint: 'A day, month, year, season (2026-21 is spring), 201X, or an interval (2021/2022). Add ? or ~ if unsure.',
      },
      { pointer: '/stage', label: 'Stage', type: 'select', options: v => [['', '–'], ...v.stages.map(choice)], when: of('announcement') },
      { pointer: '/milestone', label: 'Milestone', type: 'select', options: v => v.milestones.map(choice), when: of('milestone') },
      {
        pointer: '/rate/n',
        label: 'Rate',
        type: 'number',
        when: (kind, form) => kind === 'milestone' && form('/milestone') === 'rateDeclared',
      },
      {
        pointer: '/rate/per',
        label: 'Per',
        type: 'select',
        options: v => v.ratePeriods.map(choice),
        when: (kind, form) => kind === 'milestone' && form('/milestone') === 'rateDeclared',
      },
      { pointer: '/site', label: 'Site', when: of('milestone') },
      {
        pointer: '/setting',
        label: 'Setting',
        type: 'select',
        options: v => [['', '–'], ...v.settings.map(choice)],
        when: of('observation'),
      },
      { pointer: '/cause', label: 'Cause', type: 'select', options: v => [['', '–'], ...v.causes.map(choice)], when: of('loss') },
      { pointer: '/to', label: 'Passed on to', type: 'country', when: (kind, form) => kind === 'loss' && form('/cause') === 'passedOn' },
      {
        pointer: '/total',
        label: 'All losses so far, not one incident',
        type: 'check',
        when: of('loss'),
        hint: 'Else give the incident a lot, above',
      },
      { pointer: '/due', label: 'Due', when: of('contract'), hint: 'When it is to arrive: a day, month, year, or interval' },
      { pointer: '/value/amount', label: 'Value', when: of('contract'), hint: '24000000.00' },
      { pointer: '/value/currency', label: 'Currency', when: of('contract'), hint: 'USD' },
      {
        pointer: '/condition',
        label: 'Condition',
        type: 'select',
        options: v => [['', '–'], ...v.conditions.map(choice)],
        when: of('contract', 'delivery'),
      },
      { pointer: '/licensedProduction', label: 'Made under licence', type: 'check', when: of('contract') },
      { pointer: '/cancelled', label: 'The order was cancelled', type: 'check', when: of('contract') },
    ],
  ],
  [
    'Who said so',
    [
      { pointer: '/source/publisher', needed: true, label: 'Publisher', when: () => true },
      { pointer: '/source/speaker', label: 'Whom it quotes', when: () => true },
      { pointer: '/source/published', label: 'Published', when: () => true, hint: 'A day; a month or a year where no more is known' },
      { pointer: '/source/url', label: 'Address', type: 'url', when: () => true },
      { pointer: '/source/title', label: 'Title', when: () => true },
      { pointer: '/source/language', label: 'Language', when: () => true, hint: 'en, ru, zh-Hant' },
      { pointer: '/origin', label: 'Origin', when: reports, hint: 'The same for all reports that repeat one statement' },
      {
        pointer: '/supersedes',
        label: 'Replaces',
        type: 'list',
        when: reports,
        hint: 'Event ids of reports that this one corrects, separated by spaces',
      },
      { pointer: '/reference', label: 'Reference', when: reports, hint: 'The source’s own number' },
      { pointer: '/note', label: 'Note', type: 'area', when: () => true, wide: true },
    ],
  ],
];

export const FIELDS = GROUPS.flatMap(([, fields]) => fields);
export const idOf = pointer => `f${pointer.replaceAll('/', '-')}`;

/** The control of a field. Lists of countries, platforms and deals are offered, never forced. */
export function control(field, vocabulary, value) {
  const id = idOf(field.pointer);
  const shared = { id, name: field.pointer, 'aria-describedby': `${id}-hint ${id}-error` };
  if (field.type === 'select') {
    return h(
      'select',
      shared,
      field.options(vocabulary).map(([key, text]) => h('option', { value: key, selected: key === value }, text)),
    );
  }
  if (field.type === 'check') return h('input', { ...shared, type: 'checkbox', checked: value === true });
  if (field.type === 'area') return h('textarea', { ...shared, rows: 3 }, value ?? '');
  const list = { country: 'countries', platform: 'platforms', deal: 'deals' }[field.type];
  return h('input', {
    ...shared,
    value: value ?? '',
    autocomplete: 'off',
    spellcheck: 'false',
    list,
    inputmode: field.type === 'number' ? 'numeric' : null,
  });
}

/** A country as it was typed: "Kyrgyzstan (KGZ)", its name, or its code. What is none goes as it is: the service says what it should be. */
export function codeOf(text, vocabulary) {
  const code = /\(([A-Z]{3}|x-[a-z0-9-]+)\)\s*$/.exec(text)?.[1];
  return code ?? vocabulary.countries.find(c => c.name.toLowerCase() === text.toLowerCase())?.code ?? text;
}

/** What a control holds, as the member of a report; undefined where it is absent. */
export function valueOf(field, element, vocabulary) {
  if (field.type === 'check') return element.checked ? true : undefined;
  const text = element.value.trim();
  if (!text) return undefined;
  if (field.type === 'country') return codeOf(text, vocabulary);
  if (field.type === 'list') return text.split(/[\s,]+/);
  if (field.type === 'number') {
    const number = Number(text.replace('−', '-').replaceAll(/[,\s]/g, ''));
    return Number.isFinite(number) ? number : text;
  }
  return text;
}

/** Puts a member into a report by its pointer. */
export function setMember(report, pointer, value) {
  if (value === undefined) return;
  const parts = pointer.split('/').slice(1);
  let at = report;
  for (const part of parts.slice(0, -1)) at = at[part] ??= {};
  at[parts.at(-1)] = value;
}
