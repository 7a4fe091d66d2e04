-- What the tests of a run said: of each app and kind of tests, how many cases there were, each of them, and what they covered.
create table tekton_dag.tests (
  run bigint not null references tekton_dag.runs on delete cascade,
  app text not null,
  kind text not null,
  passed bigint not null,
  failed bigint not null,
  errors bigint not null,
  skipped bigint not null,
  flaky bigint not null,
  seconds double precision not null,
  primary key (run, app, kind)
);

-- names are not unique, so a case is known within its run by its place in the summary
create table tekton_dag.cases (
  run bigint not null references tekton_dag.runs on delete cascade,
  app text not null,
  kind text not null,
  place integer not null,
  -- the same in every run of the case
  identity uuid not null,
  class text not null,
  name text not null,
  state text not null,
  seconds double precision,
  flaky boolean not null,
  message text,
  file text,
  line integer,
  primary key (run, app, kind, place)
);
create index cases_newest on tekton_dag.cases (identity, run desc);

-- of lines that can be covered; path '' stands for all files together
create table tekton_dag.coverage (
  run bigint not null references tekton_dag.runs on delete cascade,
  app text not null,
  kind text not null,
  path text not null,
  covered bigint not null,
  total bigint not null,
  primary key (run, app, kind, path)
);
