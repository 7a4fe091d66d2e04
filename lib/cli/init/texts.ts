/** The files of a new repository that are the same whatever its teams are called. */

export const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2022",
    "module": "nodenext",
    "strict": true,
    "skipLibCheck": true,
    "noEmit": true,
    "types": []
  },
  "include": ["fleet.ts", "teams", "clusters"]
}
`;

export const GITIGNORE = `node_modules/
/build/
/dist/.synth-*/
`;

export const GITATTRIBUTES = `# \`npm run synth\` writes it: reviews fold it, statistics leave it out. After a merge conflict in it, run synth and add what it writes.
dist/** linguist-generated text eol=lf
`;

export const WORKFLOW = `name: tekton-dag
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          # diff compares with the branch that the pull request is for
          fetch-depth: 0
          persist-credentials: false
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: '22'
      - run: npm ci --ignore-scripts
      - run: npm run typecheck
      # does nothing unless a file in clusters/ names a release by its address
      - run: npx tekton-dag fetch
      - name: dist/ is what synth writes
        run: npm run synth -- --check
      - name: What the change does
        if: github.event_name == 'pull_request'
        env:
          BASE: origin/\${{ github.base_ref }}
        # it exits with 3 where a person must look, which CODEOWNERS sees to
        run: npx tekton-dag diff --base "$BASE" --format markdown >> "$GITHUB_STEP_SUMMARY" || [ $? -eq 3 ]
`;

/** A team, and the files of its stacks. */
export interface OwnedFiles {
  readonly name: string;
  readonly stacks: readonly string[];
}

export const codeowners = (teams: readonly OwnedFiles[]): string =>
  `# Who approves what: put your own groups in. The last line that matches a path counts.
* @example/platform
${teams.map(ownedBy).join('')}
# namespaces, limits, network and access of every team are the platform's, and so is all that Argo CD reads
/dist/teams/*/[0-2]* @example/platform
/dist/clusters/*/*/[0-2]* @example/platform
/dist/cluster/ @example/platform
/dist/tasks/ @example/platform
/dist/argocd/ @example/platform
/dist/index/ @example/platform
`;

const ownedBy = ({ name, stacks }: OwnedFiles): string =>
  ['', `# team ${name}: its own words, and what synth makes of them`]
    .concat(
      [
        `/teams/${name}/`,
        ...stacks.map((file) => `/${file}`),
        `/dist/teams/${name}/`,
        `/dist/clusters/*/${name}/`,
        `/dist/templates/${name}/`,
      ].map((path) => `${path} @example/${name}`),
    )
    .join('\n')
    .concat('\n');

/** The first page that somebody reads there. */
export const readme = ({ name, stacks: [stack = ''] }: OwnedFiles): string => `# Our pipelines

[tekton-dag](node_modules/tekton-dag/README.md) turns the files of this repository into manifests for Tekton and Argo CD.

| Folder | What it holds |
| --- | --- |
| \`stacks/\` | which apps belong together, which app calls which, how each is built and tested |
| \`teams/\` | where the runs of a team live, and which stacks it has |
| \`clusters/\` | what is particular to a cluster |
| \`dist/\` | what \`npm run synth\` makes of the three. Commit it, and never edit it. |

## First steps

1. Install what \`package.json\` lists, and write \`dist/\`:

   \`\`\`sh
   npm install
   npm run synth
   \`\`\`

2. Describe your own apps in \`${stack}\`. In \`teams/${name}/team.ts\`, say in \`platform.repoURL\` where this repository is cloned from.
   \`npx tekton-dag graph ${stack}\` draws the stack.
3. Put the groups that approve changes into \`.github/CODEOWNERS\`.
4. Commit everything, \`dist/\` and \`package-lock.json\` too. In a folder that is not in Git yet:

   \`\`\`sh
   git init --initial-branch=main
   git add --all
   git commit --message="Our pipelines"
   \`\`\`

   \`.github/workflows/tekton-dag.yaml\` checks each pull request and shows what it changes.
5. tekton-dag is not released yet, and neither is the image of its orchestrator. Build and push one in a clone of tekton-dag, and name it in
   \`orchestrator.image\` of \`teams/${name}/team.ts\`. \`local.md\` says how.
6. Try it on this machine, with Docker, [kind](https://kind.sigs.k8s.io/) and kubectl: \`npx tekton-dag kind up\`.

\`npx tekton-dag team new\` adds a team, and \`npx tekton-dag --help\` lists the other commands. The pages in \`node_modules/tekton-dag/docs/\` explain
every field: \`stack.md\`, \`team.md\` and \`cluster.md\`. \`onboarding.md\` says how teams come, change and go.

## Argo CD

1. Register each cluster under the name that its teams use: \`argocd cluster add <context> --name <cluster>\`.
2. Give Argo CD a credential for this repository that is not bound to a project.
3. Apply \`dist/argocd\` once. From then on Argo CD applies what is on the branch:

   \`\`\`sh
   kubectl apply --server-side -f dist/argocd
   \`\`\`

\`argocd.md\` says which settings Argo CD needs. Without Argo CD, apply \`dist/cluster\` and the folder of each team yourself.

## A new version of tekton-dag

Make the package in a clone with \`npm ci\` and \`npm pack\`, and copy the file here in place of the old one.

\`\`\`sh
npm install --save-exact ./tekton-dag-0.1.0.tgz
npm run synth
npx tekton-dag diff --base HEAD
\`\`\`

CHANGELOG.md of the package says under "Effect on \`dist/\`" what to expect.
`;
