-- Set when the control plane gets no answer on the agent's bus addresses, cleared when its next
-- heartbeat has been told to register them again.
alter table agent add column unreachable boolean not null default false;

-- What the dispatch loop looks for at every bell.
create index kernel_to_dispatch on kernel (status)
  where status in ('SCHEDULED', 'RESTARTING', 'TERMINATING');
create index session_to_end on session (id)
  where desired = 'terminate' and status not in ('TERMINATED', 'CANCELLED');
