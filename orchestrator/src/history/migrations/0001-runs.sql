-- What became of each run. UIDs and names are compared by their bytes, as the orchestrator compares them.
create table tekton_dag.runs (
  id bigint generated always as identity primary key,
  cluster text not null,
  uid text collate "C" not null,
  namespace text collate "C" not null,
  name text collate "C" not null,
  team text not null,
  stack text not null,
  pipeline text not null,
  apps text[] not null,
  pull_request bigint,
  branch text,
  commit_id text collate "C",
  author text,
  phase text not null,
  created timestamptz not null,
  finished timestamptz not null,
  -- the RunRequest as it was at its end
  request jsonb not null,
  unique (cluster, uid)
);

-- each page is read from the end of one of these, a namespace at a time
create index runs_newest on tekton_dag.runs (cluster, namespace, created desc, uid desc);
create index runs_of_stack on tekton_dag.runs (cluster, namespace, stack, created desc, uid desc);
create index runs_of_pipeline on tekton_dag.runs (cluster, namespace, pipeline, created desc, uid desc);
create index runs_of_phase on tekton_dag.runs (cluster, namespace, phase, created desc, uid desc);
create index runs_of_pull_request on tekton_dag.runs (cluster, namespace, pull_request, created desc, uid desc)
  where pull_request is not null;
create index runs_of_branch on tekton_dag.runs (cluster, namespace, branch, created desc, uid desc)
  where branch is not null;
create index runs_of_author on tekton_dag.runs (cluster, namespace, author, created desc, uid desc)
  where author is not null;
create index runs_of_commit on tekton_dag.runs (cluster, namespace, commit_id) where commit_id is not null;
create index runs_of_app on tekton_dag.runs using gin (apps);
create index runs_named on tekton_dag.runs (cluster, name, namespace);
create index runs_oldest on tekton_dag.runs (cluster, finished);

-- a task that fans out has several TaskRuns
create table tekton_dag.tasks (
  run bigint not null references tekton_dag.runs on delete cascade,
  task_run text not null,
  name text not null,
  state text not null,
  reason text,
  message text,
  started timestamptz,
  finished timestamptz,
  primary key (run, task_run)
);

create table tekton_dag.images (
  run bigint not null references tekton_dag.runs on delete cascade,
  app text not null,
  url text not null,
  digest text not null,
  tree text,
  primary key (run, app)
);
create index images_by_digest on tekton_dag.images (digest);
