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
});
