import type { Tag } from 'sax';
import { parser } from 'sax';
import { drawStack } from '../../lib/fleet/draw-stack';

const stack = {
  name: 'checkout',
  apps: [
    { name: 'web', downstream: ['end'], propagationRole: 'originator', protocol: 'http' },
    { name: 'end', downstream: ['db'], propagationRole: 'forwarder', protocol: 'http' },
    { name: 'db', downstream: [], propagationRole: 'terminal', protocol: 'tcp' },
  ],
} as const;

describe('a stack is drawn', () => {
  it('as mermaid: by role, entry apps marked, names that are words of the language kept out of ids', () => {
    const lines = drawStack(stack, 'mermaid').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'flowchart LR',
        '  subgraph originators ["originators"]',
        '    app0(["web"])',
        '    app1["end"]',
        '  app0 --> app1',
        '  app1 -. tcp .-> app2',
      ]),
    );
  });

  it('as dot', () => {
    const lines = drawStack(stack, 'dot').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'digraph "checkout" {',
        '    "web" [peripheries=2];',
        '  "web" -> "end";',
        '  "end" -> "db" [style=dashed, label="tcp"];',
        '}',
      ]),
    );
  });

  it('as JSON, with order, levels and what reaches what', () => {
    expect(JSON.parse(drawStack(stack, 'json'))).toMatchObject({
      entries: ['web'],
      edges: [
        { from: 'web', to: 'end' },
        { from: 'end', to: 'db' },
      ],
      order: ['db', 'end', 'web'],
      levels: [['db'], ['end'], ['web']],
      reaches: { web: ['end', 'db'], db: [] },
      reachedBy: { db: ['web', 'end'], web: [] },
    });
  });

  it('as SVG: each app once, each call once, entries and calls by tcp marked', () => {
    const elements = elementsOf(drawStack(stack, 'svg'));
    const having = (of: string) =>
      elements.filter(({ attributes }) => String(attributes.class).split(' ').includes(of));
    expect(having('app')).toHaveLength(3);
    expect(having('entry')).toHaveLength(1);
    expect(having('call')).toHaveLength(2);
    expect(having('tcp')).toHaveLength(1);
    expect(elements[0]?.attributes).toMatchObject({ xmlns: 'http://www.w3.org/2000/svg' });
  });

  it('as SVG that has room for its longest name, and the same bytes each time', () => {
    const name = 'a-name-of-an-app-that-is-as-long-as-names-may-be';
    const drawn = drawStack({ name: 'x', apps: [{ ...stack.apps[0], name, downstream: [] }] }, 'svg');
    const [rectangle] = elementsOf(drawn).filter((element) => element.name === 'rect');
    expect(Number(rectangle?.attributes.width)).toBeGreaterThan(name.length * 7);
    expect(drawStack(stack, 'svg')).toBe(drawStack(stack, 'svg'));
  });

  it('as a page that runs nothing and asks for nothing, whatever the names are', () => {
    const page = drawStack({ ...stack, name: '<script src="http://x">' }, 'html');
    const names = [...page.matchAll(/<(\w+)/g)].map(([, name]) => name);
    expect(names).not.toEqual(expect.arrayContaining(['script']));
    expect(page).not.toMatch(/<[^>]*(src|href)=/);
    expect(page).toContain('<td>web</td><td>originator</td><td>end</td><td>none</td>');
    expect(page).toContain('<td>db</td><td>terminal</td><td>none</td><td>web, end</td>');
  });
});

/** @throws if it is not XML */
function elementsOf(text: string): readonly Tag[] {
  const all: Tag[] = [];
  const reader = parser(true);
  reader.onerror = (error) => {
    throw error;
  };
  reader.onopentag = (tag) => all.push(tag as Tag);
  reader.write(text).close();
  return all;
}
