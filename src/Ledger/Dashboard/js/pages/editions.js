// The registers that were imported: how each import stands, and what it changed.
import { h } from '../dom.js';
import { askAll } from '../api.js';
import { part } from '../address.js';
import { csvButton, table } from '../table.js';
import { day, many, num, time } from '../words.js';

export const STATE = { queued: 'waits its turn', running: 'under way', done: 'done', failed: 'failed' };

/** How an import stands, in a few words. */
export const standing = job => [
  h(
    'span',
    { class: `tag ${job.state === 'failed' ? 'conflict' : job.state === 'done' ? 'good' : 'past'}` },
    STATE[job.state] ?? job.state,
  ),
  job.withdrawn ? [' ', h('span', { class: 'tag past' }, 'withdrawn')] : null,
];

export async function page() {
  const data = await askAll('/v1/editions', {}, {});
  const jobs = [...data.items].reverse();
  const body = h(
    'div',
    null,
    h('h1', null, 'Registers'),
    h(
      'p',
      { class: 'lede mt' },
      jobs.length
        ? [h('b', null, many(jobs.length, 'import')), ' of whole editions. Each keeps what the former one said.']
        : 'No register was imported yet.',
    ),
    h(
      'p',
      { class: 'sub mt' },
      'A register is imported by ',
      h('code', null, 'POST /v1/editions/sipri?published=2026-05-18'),
      ' with its file, or by the command ',
      h('code', null, 'import'),
      '.',
    ),
    jobs.length
      ? h(
          'section',
          { class: 'sect' },
          h('div', { class: 'tools' }, h('span', { class: 'grow' }), csvButton('/v1/editions?limit=1000', 'editions')),
          table(
            jobs,
            [
              [
                'Edition',
                j => h('a', { href: `/editions/${part(j.id)}` }, `${j.kind === 'withdrawal' ? 'Withdrawal of ' : ''}${day(j.published)}`),
                'k',
              ],
              ['State', standing, 'k'],
              ['Accepted', j => time(j.accepted), 'k'],
              ['Orders', j => num(j.summary?.rows), 'r'],
              ['New', j => num(j.summary?.new), 'r'],
              ['Changed', j => num(j.summary?.changed), 'r'],
              ['Delisted', j => num(j.summary?.delisted), 'r'],
            ],
            'Imports',
          ),
        )
      : null,
  );
  return { title: 'Registers', body, clockless: true, data: { path: '/editions' } };
}
