import { toldEffects } from './told-effects';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- One. Effect on \`dist/\`: none without it.
- Two goes over
  lines. Effect on
  \`dist/\`: Tasks have \`a\`.

### Fixed

- Three. Effect on \`dist/\`: runs restart.

## [1.0.0] - 2026-01-02

- Old. Effect on \`dist/\`: everything.
`;

it('is what entries of the newest version say, without those that do nothing', () => {
  expect(toldEffects(CHANGELOG)).toEqual(['Tasks have a.', 'runs restart.']);
});

it('is nothing where no entry says anything', () => {
  expect(toldEffects('# Changelog\n\n## [Unreleased]\n\n## [1.0.0]\n\n- Old. Effect on `dist/`: all.\n')).toEqual([]);
});
