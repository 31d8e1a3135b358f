import type { MigrationInterface, QueryRunner } from "typeorm";

/** What a person is to see before it is done. */
export class Preview1700000051000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table state.stream add column preview text check (preview in ('first', 'wanted', 'shown')),
        add column preview_at timestamptz, add column preview_no bigint not null default 0,
        add column preview_from bigint not null default 0, add column previewed_to bigint;
      comment on column state.stream.preview is 'Runs plan and write nothing. first: until the place is known to be empty; wanted: until all is planned; shown: until somebody agrees';
      comment on column state.stream.preview_no is 'An answer names it: rises with each one that is begun, and when a removal appears that was not shown before';
      comment on column state.stream.preview_from is 'preview_no when this one was begun: what was planned for an older one counts no more';
      comment on column state.stream.previewed_to is 'How far the feed went when somebody agreed: what is taken in later up to there, they have not seen';

      alter table state.inbox drop constraint inbox_state, drop constraint inbox_when,
        add column shown text check (shown in ('create', 'adopt', 'update', 'take', 'import', 'delete', 'clear', 'unlink')),
        add column shown_fields text[], add column shown_conflict boolean,
        add column shown_kind text, add column shown_record bigint, add column shown_item text,
        add column previewed boolean not null default false,
        add constraint inbox_state check (state in ('pending', 'set-aside', 'intended', 'shown')),
        add constraint inbox_when check (state in ('set-aside', 'intended', 'shown') or due_at is not null);
      comment on column state.inbox.shown is 'What it came to on trial; null of a shown one: nothing that anybody need see';
      comment on column state.inbox.previewed is 'A removal of it that was not shown is held, whatever may go unasked';
      create index inbox_shown on state.inbox (tenant_id, account_id, stream, entry_id) where state = 'shown';
      create index inbox_shown_record on state.inbox (tenant_id, account_id, shown_kind, shown_record)
        where state = 'shown';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index state.inbox_shown, state.inbox_shown_record;
      delete from state.inbox where state = 'shown';
      alter table state.inbox drop constraint inbox_state, drop constraint inbox_when,
        drop column shown, drop column shown_fields, drop column shown_conflict, drop column shown_kind,
        drop column shown_record, drop column shown_item, drop column previewed,
        add constraint inbox_state check (state in ('pending', 'set-aside', 'intended')),
        add constraint inbox_when check (state in ('set-aside', 'intended') or due_at is not null);
      alter table state.stream drop column preview, drop column preview_at, drop column preview_no,
        drop column preview_from, drop column previewed_to;
    `);
  }
}
