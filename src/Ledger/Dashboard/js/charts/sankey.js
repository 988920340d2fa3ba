// Suppliers on the left, recipients on the right: two columns, so the layout is a stack and a ribbon.
import { responsive, s } from '../dom.js';
import { num } from '../words.js';

export const OTHER = 'Other';
const [GAP, NODE, SLOT] = [7, 10, 15];

function totals(links, side) {
  const sums = new Map();
  for (const link of links) sums.set(link[side], (sums.get(link[side]) ?? 0) + link.best);
  return [...sums].sort((a, b) => (a[0] === OTHER) - (b[0] === OTHER) || b[1] - a[1]);
}

/** Stacks the nodes of a column. A small one takes the room of its name, so that names do not touch. */
function stack(nodes, height, total) {
  const perUnit = (height - GAP * (nodes.length - 1) - 8) / total;
  const wanted = nodes.map(([, n]) => Math.max(n * perUnit, SLOT));
  const squeeze = Math.max(1, wanted.reduce((a, b) => a + b, 0) / (height - 8 - GAP * (nodes.length - 1)));
  const placed = new Map();
  let y = 4;
  nodes.forEach(([name, n], i) => {
    const [slot, tall] = [wanted[i] / squeeze, Math.max(1.5, (n * perUnit) / squeeze)];
    placed.set(name, { y: y + Math.max(0, (slot - tall) / 2), tall, n, used: 0 });
    y += Math.max(slot, tall) + GAP;
  });
  return placed;
}

/** The two ends of each ribbon: in the order of the other column, so that they cross as little as they can. */
function ends(links, left, right) {
  const order = [...links].sort((a, b) => left.get(a.from).y - left.get(b.from).y || right.get(a.to).y - right.get(b.to).y);
  const drawn = new Map();
  for (const link of order) {
    const a = left.get(link.from);
    const tall = (a.tall * link.best) / a.n;
    drawn.set(link, { ya: a.y + a.used, ta: tall });
    a.used += tall;
  }
  for (const link of [...order].sort((a, b) => right.get(a.to).y - right.get(b.to).y || left.get(a.from).y - left.get(b.from).y)) {
    const b = right.get(link.to);
    const tall = (b.tall * link.best) / b.n;
    Object.assign(drawn.get(link), { yb: b.y + b.used, tb: tall });
    b.used += tall;
  }
  return drawn;
}

/** Links: { from, to, best }, names of suppliers and recipients; OTHER stands for strangers on either side. */
export const sankey = links =>
  responsive(width => {
    const pad = width < 520 ? 104 : 160;
    const most = width < 520 ? 10 : width < 900 ? 18 : 24;
    const [suppliers, recipients] = [totals(links, 'from'), totals(links, 'to')];
    const height = Math.max(420, Math.max(suppliers.length, recipients.length) * 26);
    const total = links.reduce((sum, link) => sum + link.best, 0);
    const [left, right] = [stack(suppliers, height, total), stack(recipients, height, total)];
    const [x0, x1, c] = [pad + NODE, width - pad - NODE, width / 2];
    const drawing = s('svg', {
      width,
      height,
      role: 'group',
      'aria-label': `Deliveries from ${suppliers.length} suppliers to ${recipients.length} recipients. The table beside it holds the same.`,
    });
    const ribbons = [...ends(links, left, right)].map(([link, { ya, ta, yb, tb }]) => {
      const ribbon = s(
        'path',
        {
          class: `g-link${link.from === OTHER || link.to === OTHER ? ' other' : ''}`,
          'aria-hidden': 'true',
          d: `M${x0},${ya}C${c},${ya} ${c},${yb} ${x1},${yb}V${yb + tb}C${c},${yb + tb} ${c},${ya + ta} ${x0},${ya + ta}z`,
        },
        s('title', null, `${link.from} → ${link.to}: ${num(link.best)}`),
      );
      drawing.append(ribbon);
      return [link, ribbon];
    });
    const light = (side, name) => {
      drawing.classList.toggle('dim', name !== undefined);
      for (const [link, ribbon] of ribbons) ribbon.classList.toggle('on', name !== undefined && link[side] === name);
    };
    const spoken = (side, name, n) => {
      const of = links.filter(link => link[side] === name).sort((a, b) => b.best - a.best);
      return `${name} ${num(n)}: ${of.map(link => `${side === 'from' ? link.to : link.from} ${num(link.best)}`).join(', ')}`;
    };
    for (const [nodes, side] of [
      [left, 'from'],
      [right, 'to'],
    ]) {
      for (const [name, node] of nodes) {
        const [px, tx, anchor] = side === 'from' ? [pad, pad - 8, 'end'] : [width - pad - NODE, width - pad + 8, 'start'];
        drawing.append(
          s(
            'g',
            {
              tabindex: '0',
              role: 'img',
              'aria-label': spoken(side, name, node.n),
              onpointerenter: () => light(side, name),
              onpointerleave: () => light(),
              onfocus: () => light(side, name),
              onblur: () => light(),
            },
            s('rect', { class: `g-node${name === OTHER ? ' other' : ''}`, x: px, y: node.y, width: NODE, height: node.tall, rx: 1.5 }),
            s(
              'text',
              { x: tx, y: node.y + node.tall / 2 + 4, 'text-anchor': anchor },
              name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name,
              s('tspan', { class: 't-3', dx: 6 }, num(node.n)),
            ),
          ),
        );
      }
    }
    return drawing;
  });
