/** A registry in a file, asked by a stand-in for skopeo: reference → manifest. DENIES: `absent` or `all` is what it denies. */
export const SKOPEO = `#!/usr/bin/env node
const { readFileSync, writeFileSync, appendFileSync } = require('node:fs');
const { createHash } = require('node:crypto');
const { STATE, RACE, READ_ONLY, DENIES } = process.env;
const state = JSON.parse(readFileSync(STATE, 'utf8'));
const words = process.argv.slice(2).filter((word, at, all) => !word.startsWith('--') && all[at - 1] !== '--digestfile');
appendFileSync(STATE + '.log', process.argv.slice(2).join(' ') + '\\n');
const down = Number(readFileSync(STATE + '.down', 'utf8'));
if (down > 0) { writeFileSync(STATE + '.down', String(down - 1)); console.error('dial tcp: connection refused'); process.exit(1); }
const digest = (manifest) => 'sha256:' + createHash('sha256').update(manifest).digest('hex');
const find = (ref) => { const [name, want] = ref.split('@'); return want ? Object.entries(state).find(([key, m]) => key.startsWith(name + ':') && digest(m) === want)?.[1] : state[name]; };
const bare = (ref) => ref.replace('docker://', '');
if (words[0] === 'inspect') {
  const manifest = find(bare(words[1]));
  if (DENIES === 'all' || (DENIES && manifest === undefined)) { console.error('Error parsing image name "docker://' + bare(words[1]) + '": reading manifest: denied: requested access to the resource is denied'); process.exit(1); }
  if (manifest === undefined) { console.error('reading manifest: manifest unknown'); process.exit(1); }
  process.stdout.write(manifest);
} else {
  if (READ_ONLY) { console.error('unauthorized'); process.exit(1); }
  const manifest = words[1].startsWith('oci:') ? readFileSync(words[1].slice(4) + '/manifest', 'utf8') : find(bare(words[1]));
  if (manifest === undefined) { console.error('manifest unknown'); process.exit(1); }
  state[bare(words[2])] = RACE ?? manifest;
  writeFileSync(STATE, JSON.stringify(state));
  writeFileSync(process.argv[process.argv.indexOf('--digestfile') + 1], digest(manifest));
}
`;
