-- When all that the tests of a run said was here; null: its reports were not read, or not all of them.
alter table tekton_dag.runs add column tested timestamptz;

-- What could not be read of the reports, and why.
create table tekton_dag.notes (
  run bigint not null references tekton_dag.runs on delete cascade,
  app text not null,
  kind text not null,
  place integer not null,
  file text not null,
  text text not null,
  primary key (run, app, kind, place)
);
