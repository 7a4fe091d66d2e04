import { CACHE, Fleet } from 'tekton-dag';

/** Stacks of every team may say `build: { tool: go }`, and `version: "1.25"` beside it. */
export default new Fleet({
  toolchains: {
    go: {
      image: 'docker.io/library/golang:1.26.2-bookworm',
      versions: {
        '1.25': 'docker.io/library/golang:1.25.9-bookworm',
        '1.26': 'docker.io/library/golang:1.26.2-bookworm',
      },
      command: 'go build -o bin/ ./...',
      env: { GOMODCACHE: `${CACHE}/mod`, GOCACHE: `${CACHE}/build`, GOFLAGS: '-modcacherw' },
      reports: ['**/junit.xml'],
    },
  },
});
