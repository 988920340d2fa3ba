// The receipt of a report that was recorded, and taking it back.
import { h, put, say } from '../dom.js';
import { keys, send } from '../api.js';
import { go, holdingPath, link, part } from '../address.js';
import { num, time } from '../words.js';
import { similar } from './reading.js';

/** Takes the place of the form. */
export function receipt(form, posted, wasThere) {
  form.isDone = true;
  const place = h(
    'section',
    { class: 'card receipt', id: 'receipt', tabindex: '-1' },
    h('h2', null, wasThere ? 'It was there already' : 'Recorded for ever'),
    h(
      'p',
      null,
      h('a', { href: link(`/reports/${part(posted.eventId)}`) }, `Entry ${num(posted.position)}`),
      `, ${time(posted.recordedAt)}. `,
      h('a', { href: link(holdingPath(posted.recipient, posted.understoodAs?.platform ?? posted.platform)) }, 'See what it did'),
    ),
    h(
      'dl',
      { class: 'facts mt' },
      h('dt', null, 'Event id'),
      h('dd', null, h('code', null, posted.eventId)),
      h('dt', null, 'SHA-256'),
      h('dd', null, h('code', null, posted.digest)),
    ),
    h(
      'p',
      { class: 'tools mt' },
      h('button', { class: 'btn', type: 'button', onclick: () => go('/post') }, 'Another report'),
      posted.kind === 'retraction'
        ? null
        : h('button', { class: 'btn', type: 'button', id: 'withdraw', onclick: () => withdraw(place, posted) }, 'Withdraw it'),
    ),
  );
  put(form.body, place);
  put(form.aside, similar(posted));
  place.focus();
  say(wasThere ? 'It was there already.' : `Recorded as entry ${posted.position}.`);
}

function withdraw(place, posted) {
  const reason = h('input', { id: 'reason', required: true, value: '' });
  const error = h('p', { class: 'err', role: 'alert' });
  const send1 = async event => {
    event.preventDefault();
    try {
      const body = {
        report: posted.eventId,
        feed: posted.feed,
        reason: reason.value.trim() || undefined,
        source: { publisher: posted.source.publisher },
      };
      const answer = await (await send('/v1/retractions', { method: 'POST', body, key: keys.REPORT })).json();
      put(
        place,
        h('h2', null, 'Withdrawn'),
        h(
          'p',
          null,
          `Entry ${num(posted.position)} stays, and counts no more since entry ${num(answer.position)}. `,
          h('a', { href: link(holdingPath(posted.recipient, posted.understoodAs?.platform ?? posted.platform)) }, 'See the holding'),
        ),
      );
      place.focus();
    } catch (fault) {
      put(error, fault.body?.errors?.map(e => e.detail).join(' ') ?? fault.detail ?? fault.message);
    }
  };
  place.append(
    h(
      'form',
      { class: 'mt', onsubmit: send1, novalidate: true },
      h('div', { class: 'f' }, h('label', { for: 'reason' }, 'Why must it no longer count?'), reason, error),
      h('p', { class: 'tools mt' }, h('button', { class: 'btn primary' }, 'Withdraw for ever')),
    ),
  );
  reason.focus();
}
