-- What was published from the outbox, in the order of publication: seq grows with the commits, since
-- publishers take turns. Kept for an hour, for clients that come back and ask what they missed.
create table event_log (
  seq          bigserial primary key,
  at           timestamptz not null,
  name         text not null,
  session_id   uuid not null,
  session_name text not null,
  access_key   text not null,
  user_id      uuid not null,
  domain_name  text not null,
  project_id   uuid not null,
  kernel_id    uuid,
  cluster_role text,
  cluster_idx  int,
  reason       text not null,
  exit_code    int);
create index on event_log (at);

-- Long work that users watch; kept for a day after its end.
create table background_task (
  id               uuid primary key,
  user_id          uuid not null,
  name             text not null,
  status           text not null default 'started'
    check (status in ('started', 'done', 'cancelled', 'failed')),
  message          text not null default '',
  current_progress double precision not null default 0,
  total_progress   double precision not null default 0,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now());
create index on background_task (updated_at);
