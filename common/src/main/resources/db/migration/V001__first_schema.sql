-- Status values are text with CHECK (cheap to extend). Every quantity that takes part in accounting
-- is a row of a ledger, never a JSON aggregate; JSON is for descriptive data only.

create table slot_type (
  slot_name  text primary key,
  unit       text not null check (unit in ('count', 'bytes', 'unique')),
  first_seen timestamptz not null default now());
insert into slot_type (slot_name, unit) values ('cpu', 'count'), ('mem', 'bytes');

create table config (
  key   text primary key,
  value text not null);

create table domain (
  name        text primary key check (name ~ '^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$' and length(name) <= 64),
  description text,
  is_active   boolean not null default true,
  created_at  timestamptz not null default now());

create table project (
  id          uuid primary key default gen_random_uuid(),
  domain_name text not null references domain (name) on update cascade on delete cascade,
  name        text not null,
  description text,
  is_active   boolean not null default true,
  created_at  timestamptz not null default now(),
  unique (domain_name, name));

create table app_user (
  id            uuid primary key default gen_random_uuid(),
  email         text not null unique,
  username      text not null unique,
  password_hash text,
  full_name     text,
  status        text not null default 'active'
                check (status in ('active', 'inactive', 'deleted', 'before-verification')),
  role          text not null default 'user' check (role in ('superadmin', 'admin', 'user', 'monitor')),
  domain_name   text not null references domain (name) on update cascade,
  allowed_client_ip text[],
  created_at    timestamptz not null default now());

create table project_member (
  project_id uuid not null references project (id) on delete cascade,
  user_id    uuid not null references app_user (id) on delete cascade,
  primary key (project_id, user_id));
create index on project_member (user_id);

create table keypair_policy (
  name                       text primary key,
  max_concurrent_sessions    int not null,
  max_containers_per_session int not null,
  idle_timeout_s             bigint not null default 0,
  created_at                 timestamptz not null default now());

-- secret_key is encrypted (AES-256-GCM, key outside of the database): HMAC needs it readable.
create table keypair (
  access_key       text primary key,
  secret_key       bytea not null,
  user_id          uuid not null references app_user (id) on delete cascade,
  is_active        boolean not null default true,
  is_admin         boolean not null default false,
  policy           text not null references keypair_policy (name) on update cascade,
  rate_limit       int,
  bootstrap_script text not null default '',
  created_at       timestamptz not null default now(),
  last_used        timestamptz,
  num_queries      bigint not null default 0);
create index on keypair (user_id);

create table scaling_group (
  name           text primary key,
  description    text,
  is_active      boolean not null default true,
  scheduler      text not null default 'fifo',
  scheduler_opts jsonb not null default '{}',
  created_at     timestamptz not null default now());

create table agent (
  id             text primary key,
  incarnation    uuid not null,
  scaling_group  text not null references scaling_group (name) on update cascade,
  status         text not null check (status in ('ALIVE', 'LOST', 'TERMINATED')),
  status_changed timestamptz not null default now(),
  schedulable    boolean not null default true,
  architecture   text not null,
  backend        text not null,
  version        text not null,
  addr           text not null,
  first_contact  timestamptz not null default now(),
  last_seen      timestamptz not null default now(),
  lost_at        timestamptz);

-- The invariant "no agent is over-booked" lives here. occupied = sum of the live allocation rows,
-- maintained in the same transaction. capacity may shrink below occupied (a device vanished), so
-- the check is on the booking statement, not on the table.
create table agent_capacity (
  agent_id  text not null references agent (id) on delete cascade,
  slot_name text not null references slot_type (slot_name),
  capacity  numeric(38, 6) not null,
  occupied  numeric(38, 6) not null default 0 check (occupied >= 0),
  primary key (agent_id, slot_name));

create table image (
  name         text not null,
  architecture text not null,
  digest       text not null,
  size_bytes   bigint not null,
  labels       jsonb not null default '{}',
  created_at   timestamptz not null default now(),
  primary key (name, architecture));
create table image_alias (
  alias      text primary key,
  image_name text not null);
create table agent_image (
  agent_id     text not null references agent (id) on delete cascade,
  image_name   text not null,
  architecture text not null,
  primary key (agent_id, image_name, architecture),
  foreign key (image_name, architecture) references image (name, architecture) on delete cascade);

create table session (
  id              uuid primary key,
  name            text not null,
  session_type    text not null check (session_type in ('interactive', 'batch')),
  priority        int not null default 10,
  cluster_mode    text not null default 'single-node' check (cluster_mode in ('single-node', 'multi-node')),
  cluster_size    int not null default 1 check (cluster_size > 0),
  domain_name     text not null,
  project_id      uuid not null,
  user_id         uuid not null,
  access_key      text not null,
  scaling_group   text not null references scaling_group (name) on update cascade,
  tag             text,
  image           text not null,
  architecture    text not null,
  environ         jsonb not null default '{}',
  bootstrap_script text,
  startup_command text,
  callback_url    text,
  requested_slots jsonb not null,
  created_at      timestamptz not null default now(),
  starts_at       timestamptz,
  terminated_at   timestamptz,
  status          text not null default 'PENDING',
  status_changed  timestamptz not null default now(),
  status_info     text,
  status_data     jsonb not null default '{}',
  desired         text not null default 'run' check (desired in ('run', 'terminate')),
  generation      int not null default 1,
  attempt         int not null default 0,
  result          text not null default 'undefined' check (result in ('undefined', 'success', 'failure')),
  num_queries     bigint not null default 0);
-- Closes the create-create race on names.
create unique index session_live_name on session (access_key, name)
  where status not in ('TERMINATED', 'CANCELLED');
create index session_pending on session (scaling_group, priority desc, created_at) where status = 'PENDING';
create index session_live on session (status) where status not in ('TERMINATED', 'CANCELLED');
create index session_owner on session (access_key, created_at desc);

create table kernel (
  id               uuid primary key,
  session_id       uuid not null references session (id) on delete cascade,
  cluster_role     text not null default 'main' check (cluster_role in ('main', 'sub')),
  cluster_idx      int not null default 1,
  cluster_hostname text not null,
  image            text not null,
  architecture     text not null,
  requested_slots  jsonb not null,
  resource_opts    jsonb not null default '{}',
  shmem_bytes      bigint not null,
  preopen_ports    int[] not null default '{}',
  agent_id         text references agent (id),
  excluded_agents  text[] not null default '{}',
  container_id     text,
  kernel_host      text,
  service_ports    jsonb not null default '[]',
  devices          jsonb not null default '{}',
  generation       int not null default 1,
  observed_rank    int not null default 0,
  status           text not null default 'PENDING',
  status_changed   timestamptz not null default now(),
  status_info      text,
  status_data      jsonb not null default '{}',
  created_at       timestamptz not null default now(),
  terminated_at    timestamptz,
  exit_code        int,
  last_stat        jsonb,
  container_log    bytea,
  unique (session_id, cluster_hostname));
create unique index kernel_one_main on kernel (session_id) where cluster_role = 'main';
create index on kernel (session_id);
create index kernel_on_agent on kernel (agent_id) where status not in ('PENDING', 'TERMINATED', 'CANCELLED');

-- The ledger: one row per kernel and slot while it is booked.
create table allocation (
  kernel_id uuid not null references kernel (id) on delete cascade,
  slot_name text not null references slot_type (slot_name),
  agent_id  text not null references agent (id),
  amount    numeric(38, 6) not null check (amount > 0),
  primary key (kernel_id, slot_name));
create index on allocation (agent_id);

create table session_dependency (
  session_id uuid not null references session (id) on delete cascade,
  depends_on uuid not null references session (id) on delete cascade,
  primary key (session_id, depends_on),
  check (session_id <> depends_on));

create table status_history (
  id         bigserial primary key,
  session_id uuid not null references session (id) on delete cascade,
  kernel_id  uuid,
  status     text not null,
  reason     text not null,
  at         timestamptz not null default now());
create index on status_history (session_id, id);

-- Written in the transaction of the change it tells of; deleted after it was published.
create table outbox_event (
  id         bigserial primary key,
  created_at timestamptz not null default now(),
  name       text not null,
  session_id uuid not null,
  kernel_id  uuid,
  reason     text not null,
  exit_code  int);
