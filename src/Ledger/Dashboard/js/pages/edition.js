// One import of a register, watched while it goes on, and what it changed when it is done.
import { h, put } from '../dom.js';
import { ask } from '../api.js';
import { part, withParameters } from '../address.js';
import { moments } from '../clocks.js';
import { csvButton } from '../table.js';
import { day, num, time } from '../words.js';
import { standing } from './editions.js';

const SUMMARY = [
  ['rows', 'Orders in the file'],
  ['new', 'New'],
  ['changed', 'Changed'],
  ['grown', 'Grown: extended by later years'],
  ['moved', 'Moved to another recipient'],
  ['renamed', 'Under another name'],
  ['unchanged', 'Unchanged'],
  ['delisted', 'No longer listed'],
  ['undecided', 'Undecided'],
  ['broken', 'Broken lines'],
  ['defined', 'Platforms defined'],
  ['created', 'Reports recorded'],
  ['existing', 'There already'],
  ['refused', 'Refused'],
];

function progress(job) {
  // Null until the file is read.
  const { done, of } = job.progress ?? {};
  return h(
    'div',
    { class: 'mt' },
    h(
      'label',
      { for: 'progress' },
      of ? `${num(done)} of ${num(of)} lines` : job.state === 'queued' ? 'It waits its turn' : 'The file is being read',
    ),
    h('progress', { id: 'progress', max: of || 1, value: of ? done : null }),
  );
}

function outcome(job, changes) {
  const share = x => (x === null || x === undefined ? '–' : `${Math.round(100 * x)} %`);
  const { summary } = job;
  return h(
    'section',
    { class: 'sect' },
    h('header', null, h('h2', null, 'What came of it')),
    h(
      'dl',
      { class: 'facts' },
      SUMMARY.filter(([name]) => summary[name] !== undefined && summary[name] !== null).map(([name, text]) => [
        h('dt', null, text),
        h('dd', null, num(summary[name])),
      ]),
      h('dt', null, 'Figures that are estimates'),
      h(
        'dd',
        null,
        share(summary.flaggedShare),
        summary.flaggedShareBefore === null || summary.flaggedShareBefore === undefined
          ? ''
          : `, in the edition before ${share(summary.flaggedShareBefore)}`,
      ),
    ),
    summary.warnings?.map(w => h('p', { class: 'q mt' }, typeof w === 'string' ? w : (w.detail ?? w.words ?? JSON.stringify(w)))),
    h(
      'p',
      { class: 'tools mt' },
      changes ? h('a', { class: 'btn primary', href: changes }, 'What it changed') : null,
      csvButton(`/v1/editions/${part(job.id)}/lines?limit=1000`, `lines-${job.id}`, 'What became of each line (CSV)'),
    ),
  );
}

async function changesOf(job) {
  if (job.state !== 'done') return null;
  const moment = (await moments()).findLast(
    m => m.position === job.position || (m.edition === job.published && (m.kind === 'edition') === (job.kind === 'import')),
  );
  return moment ? withParameters('/changes', { axis: 'recorded', from: `@${moment.firstPosition - 1}`, to: `@${moment.position}` }) : null;
}

export async function page(id) {
  const path = `/v1/editions/${part(id)}`;
  const place = h('div');
  const draw = async job =>
    put(
      place,
      h(
        'p',
        { class: 'lede mt' },
        job.kind === 'withdrawal' ? 'It is taken back: ' : '',
        standing(job),
        ' ',
        job.ended ? h('span', { class: 'muted' }, `since ${time(job.ended)}`) : null,
      ),
      job.reason ? h('p', { class: 'sub mt' }, `Why: ${job.reason}`) : null,
      job.state === 'running' || job.state === 'queued' ? progress(job) : null,
      job.problem
        ? h('div', { class: 'notice mt', role: 'alert' }, h('h2', null, job.problem.title), h('p', null, job.problem.detail))
        : null,
      job.summary ? outcome(job, await changesOf(job)) : null,
    );
  const first = await ask(path, {}, {});
  await draw(first);
  const watch = async () => {
    if (!place.isConnected) return;
    const job = document.hidden ? first : await ask(path, {}, {}).catch(() => null);
    if (job) await draw(job);
    if (!job || job.state === 'running' || job.state === 'queued') setTimeout(watch, 1000);
  };
  if (first.state === 'running' || first.state === 'queued') setTimeout(watch, 1000);
  const title = `Register of ${day(first.published)}`;
  const body = h(
    'div',
    null,
    h('p', { class: 'crumb' }, h('a', { href: '/editions' }, 'Registers'), ` / ${day(first.published)}`),
    h('h1', null, title),
    h('p', { class: 'sub mt' }, `Form ${first.form}, accepted ${time(first.accepted)}, posted by ${first.reporter}.`),
    place,
  );
  return { title, body, clockless: true, data: { path: `/editions/${part(id)}` } };
}
