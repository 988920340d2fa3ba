// Post a report: fields by kind, how they are read while one types, what the report would change, and its receipt.
import { h, put } from '../dom.js';
import { Problem, ask, keys, send } from '../api.js';
import { here, keep } from '../address.js';
import { CREDIBILITY, RELIABILITY, day, num, span } from '../words.js';
import { FIELDS, GROUPS, KINDS, acts, control, idOf, pathOf, setMember, valueOf } from '../post/members.js';
import { keyCard } from '../key.js';
import { reads, similar, wouldChange } from '../post/reading.js';
import { receipt } from '../post/receipt.js';

class Form {
  constructor(vocabulary, start) {
    this.vocabulary = vocabulary;
    this.start = start;
    this.kind = start.kind;
    this.touched = new Set();
    this.elements = new Map();
    this.problems = [];
    this.turn = 0;
  }

  value = pointer => {
    const element = this.elements.get(pointer);
    return element ? (element.type === 'checkbox' ? element.checked : element.value) : undefined;
  };

  report() {
    const report = {};
    for (const field of FIELDS) {
      const element = this.elements.get(field.pointer);
      if (element && field.when(this.kind, this.value)) setMember(report, field.pointer, valueOf(field, element, this.vocabulary));
    }
    if (report.quantity && Object.keys(report.quantity).length === 1 && report.quantity.qualifier === 'some') delete report.quantity;
    const grade = [this.grade('reliability'), this.grade('credibility')];
    if (grade[0] || grade[1]) report.grade = (grade[0] ?? 'F') + (grade[1] ?? '6');
    return report;
  }

  grade = name => this.body.querySelector(`input[name=${name}]:checked`)?.value;
}

const field = (form, f) => {
  const element = control(f, form.vocabulary, form.start[f.pointer]);
  form.elements.set(f.pointer, element);
  const id = idOf(f.pointer);
  const label =
    f.type === 'check'
      ? h('label', { class: 'check', for: id }, element, f.label)
      : [h('label', { for: id }, f.label, f.needed ? h('small', null, ' required') : null), element];
  return h(
    'div',
    { class: `f${f.wide ? ' whole' : ''}`, 'data-field': f.pointer },
    label,
    h('span', { class: 'hint', id: `${id}-hint` }, f.hint ?? null),
    h('span', { class: 'err', id: `${id}-error` }),
  );
};

const gradePick = (legend, name, words, chosen) =>
  h(
    'div',
    { class: 'f mt', 'data-field': '/grade' },
    h('span', { class: 'lb', id: `lb-${name}` }, legend),
    h(
      'div',
      { class: 'gradepick', role: 'radiogroup', 'aria-labelledby': `lb-${name}` },
      Object.entries(words).map(([key, text]) =>
        h('label', null, h('input', { class: 'sr', type: 'radio', name, value: key, checked: key === chosen }), h('b', null, key), text),
      ),
    ),
  );

/** Shows the fields of the kind, and those that others ask for. */
function arrange(form) {
  for (const f of FIELDS) form.body.querySelector(`[data-field="${f.pointer}"]`).hidden = !f.when(form.kind, form.value);
  for (const group of form.body.querySelectorAll('fieldset[data-group]'))
    group.hidden = ![...group.querySelectorAll('[data-field]')].some(x => !x.hidden);
  form.grades.hidden = acts(form.kind);
}

/** The field that a problem is about: that of its pointer, or the nearest above or below it. */
function placeOf(form, pointer) {
  const shown = FIELDS.filter(f => f.when(form.kind, form.value)).map(f => f.pointer);
  return (
    shown.find(p => p === pointer) ??
    shown.find(p => p.startsWith(`${pointer}/`)) ??
    shown.filter(p => pointer.startsWith(`${p}/`)).at(-1) ??
    null
  );
}

function showProblems(form, all) {
  if (form.isDone) return null;
  // Once everything was asked for, what is still wrong stays in sight while one thing is put right.
  form.showsAll ||= all;
  for (const element of form.body.querySelectorAll('.err')) put(element);
  for (const element of form.elements.values()) element.removeAttribute('aria-invalid');
  const named = [];
  const rest = [];
  for (const problem of form.problems) {
    const place = placeOf(form, problem.pointer);
    if (!place) {
      rest.push(problem);
      continue;
    }
    if (!form.showsAll && !form.touched.has(place)) continue;
    const element = form.elements.get(place);
    element.setAttribute('aria-invalid', 'true');
    const line = document.getElementById(`${idOf(place)}-error`);
    line.append(line.textContent ? ' ' : '', problem.detail);
    named.push({ place, label: FIELDS.find(f => f.pointer === place).label });
  }
  const names = [...new Set(named.map(n => n.label))];
  put(
    form.summary,
    names.length ? `${num(names.length)} ${names.length === 1 ? 'thing' : 'things'} to put right: ${names.join(', ')}` : null,
    form.showsAll || rest.some(p => p.pointer === '') ? rest.map(p => ` ${p.pointer} ${p.detail}`) : null,
  );
  return named[0]?.place ?? null;
}

async function check(form, { all = false } = {}) {
  // While it is being recorded no check of what was typed before may overtake it.
  if (form.isDone || (form.isRecording && !all)) return null;
  const mine = ++form.turn;
  arrange(form);
  const report = form.report();
  const isBegun = acts(form.kind) ? report.report : report.recipient || report.platform;
  if (!isBegun && !all) return null;
  try {
    const dry = await (await send(`/v1/${pathOf(form.kind)}?dryRun=true`, { method: 'POST', body: report, key: keys.REPORT })).json();
    if (mine !== form.turn) return null;
    form.problems = [];
    showProblems(form, all);
    put(
      form.aside,
      reads(form, report, dry),
      wouldChange(dry),
      similar(dry),
      dry.position === undefined
        ? null
        : h(
            'section',
            { class: 'card' },
            h('h2', null, 'There already'),
            h('p', { class: 'sub' }, `This very report is entry ${num(dry.position)}. Posting it again records nothing.`),
          ),
    );
    return dry;
  } catch (fault) {
    if (mine !== form.turn || !(fault instanceof Problem)) return null;
    if (fault.status === 401 || fault.status === 403) {
      askForKey(form, fault);
      return null;
    }
    form.problems = fault.body?.errors ?? [{ pointer: '', detail: fault.detail }];
    const first = showProblems(form, all);
    if (!form.problems.length || (all && !first)) put(form.summary, fault.detail);
    if (all && first) form.elements.get(first).focus();
    return null;
  }
}

function askForKey(form, fault) {
  // A later check that is refused too must not take the card from under who fills it in.
  if (form.keyPlace.firstChild) return;
  if (fault.status === 403 && keys.get(keys.REPORT)) {
    put(form.summary, fault.detail);
    return;
  }
  const used = keys.get(keys.REPORT);
  put(
    form.keyPlace,
    keyCard({
      heading: 'A key to report',
      label: 'Your key',
      name: keys.REPORT,
      wasGiven: used !== null && fault.status === 401,
      text: 'To record a report takes a key with the scope “report”. What is typed stays.',
      path: () =>
        send('/v1/retractions?dryRun=true', { method: 'POST', body: {}, key: keys.REPORT }).catch(refused => {
          if (refused.status === 401 || refused.status === 403) throw refused;
        }),
      done: () => {
        put(form.keyPlace);
        check(form);
      },
    }),
  );
}

async function record(form, event) {
  event.preventDefault();
  if (form.isRecording) return;
  form.isRecording = true;
  form.button.disabled = true;
  try {
    if (!(await check(form, { all: true }))) return;
    const response = await send(`/v1/${pathOf(form.kind)}`, { method: 'POST', body: form.report(), key: keys.REPORT });
    receipt(form, await response.json(), response.status === 200);
  } catch (fault) {
    form.problems = fault.body?.errors ?? [];
    showProblems(form, true);
    put(form.summary, fault.detail ?? fault.message);
  } finally {
    form.isRecording = false;
    form.button.disabled = false;
  }
}

/** What is offered while one types: platforms by name, deals of the recipient and platform, the window of a date. */
async function offer(form, pointer) {
  if (form.isDone) return;
  if (pointer === '/platform' && form.value('/platform').length > 1) {
    const { items } = await ask('/v1/search', { q: form.value('/platform'), limit: 12 }, {});
    put(
      form.lists.platforms,
      items.filter(x => x.kind === 'platform').map(x => h('option', { value: x.name })),
    );
  }
  const { recipient, platform } = form.report();
  if (['/platform', '/recipient', '/deal'].includes(pointer) && recipient && platform) {
    const { items } = await ask('/v1/deals', { recipient, platform, limit: 100 }, {});
    put(
      form.lists.deals,
      items.filter(x => x.deal !== '~').map(x => h('option', { value: x.deal }, x.title)),
    );
  }
  if (pointer === '/occurred' || pointer === '/due') {
    const hint = document.getElementById(`${idOf(pointer)}-hint`);
    const text = form.value(pointer).trim();
    if (!text) return;
    const date = await ask('/v1/dates', { edtf: text }, {});
    put(
      hint,
      'Understood as ',
      date.season ? `${date.season.name}: ` : '',
      date.window.earliest === date.window.latest ? h('b', null, day(date.window.latest)) : h('b', null, span(date.window)),
      '. Counts for high from the first day, for low after the last.',
    );
  }
}

export async function page() {
  const query = here();
  const vocabulary = await ask('/v1/vocabulary', {}, {});
  const nameOf = code => {
    const found = vocabulary.countries.find(c => c.code === code);
    return found ? `${found.name} (${found.code})` : code;
  };
  const form = new Form(vocabulary, {
    kind: KINDS.some(k => k[0] === query.get('kind')) ? query.get('kind') : 'delivery',
    '/recipient': nameOf(query.get('recipient')),
    '/supplier': nameOf(query.get('supplier')),
    '/platform': query.get('platform'),
    '/deal': query.get('deal'),
    '/report': query.get('report'),
    '/quantity/qualifier': 'exact',
  });
  form.lists = { platforms: h('datalist', { id: 'platforms' }), deals: h('datalist', { id: 'deals' }) };
  form.summary = h('span', { class: 'err', role: 'alert' });
  form.button = h('button', { class: 'btn primary' }, 'Record for ever');
  form.keyPlace = h('div');
  form.aside = h(
    'aside',
    { class: 'side', 'aria-label': 'How it is read' },
    h(
      'section',
      { class: 'card' },
      h('h2', null, 'Reads as'),
      h('p', { class: 'sub' }, 'As soon as it says about whom and what, here stands how the report is read, and what it would change.'),
    ),
  );
  form.grades = h(
    'div',
    null,
    gradePick('How reliable is this source in general?', 'reliability', RELIABILITY),
    gradePick('How likely is this piece of information?', 'credibility', CREDIBILITY),
  );
  const timers = {};
  const soon = (name, work) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(work, 350);
  };
  const typed = pointer => {
    // What was found in what stood here before is told no more, neither now nor when a check of it is answered later.
    if (!form.isRecording) form.turn++;
    form.problems = form.problems.filter(problem => placeOf(form, problem.pointer) !== pointer);
    showProblems(form, false);
    soon('check', () => check(form));
    soon(pointer, () => offer(form, pointer).catch(() => {}));
  };
  form.body = h(
    'form',
    {
      novalidate: true,
      onsubmit: event => record(form, event),
      oninput: event => typed(event.target.name),
      onfocusout: event => {
        if (event.target.name?.startsWith('/')) {
          form.touched.add(event.target.name);
          showProblems(form, false);
        }
      },
    },
    h(
      'fieldset',
      {
        onchange: event => {
          form.kind = event.target.value;
          keep({ kind: form.kind });
        },
      },
      h('legend', null, 'What does the source say?'),
      h(
        'div',
        { class: 'kinds' },
        KINDS.map(([key, , text, detail]) =>
          h(
            'label',
            null,
            h('input', { type: 'radio', name: 'kind', value: key, checked: key === form.kind }),
            h('span', null, text, h('small', null, detail)),
          ),
        ),
      ),
    ),
    GROUPS.map(([title, fields], i) =>
      h(
        'fieldset',
        { 'data-group': title },
        h('legend', null, title),
        h(
          'div',
          { class: 'g3' },
          fields.map(f => field(form, f)),
        ),
        i === 2 ? form.grades : null,
      ),
    ),
    form.lists.platforms,
    form.lists.deals,
    h(
      'datalist',
      { id: 'countries' },
      vocabulary.countries.map(c => h('option', { value: `${c.name} (${c.code})` })),
    ),
    h(
      'p',
      { class: 'tools' },
      form.button,
      h('button', { class: 'btn', type: 'button', onclick: () => check(form, { all: true }) }, 'Check only'),
      form.summary,
    ),
  );
  arrange(form);
  if (query.get('recipient') || query.get('report')) check(form).catch(() => {});
  const body = h(
    'div',
    null,
    h('h1', null, 'Post a report'),
    h(
      'p',
      { class: 'sub mt' },
      'One report is what one source said about one fact. It is kept as you write it and can be withdrawn, never edited.',
    ),
    h('div', { class: 'form' }, h('div', null, form.keyPlace, form.body), form.aside),
  );
  return { title: 'Post a report', body, clockless: true };
}
