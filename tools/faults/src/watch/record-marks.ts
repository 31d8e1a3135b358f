import { execute } from "../outages/sql.js";

/**
 * Writes into each customer and appointment that comes into ams which record it is, in fields that no case changes: so an
 * item on the server tells whose it is, whatever its address and its other content.
 */
export const markRecords = (amsAdminUrl: string): Promise<void> =>
  execute(amsAdminUrl, TRIGGERS);

/** "c12", "a7": the record that a card or an event is about; undefined: it tells none. */
export const recordIn = (item: string): string | undefined =>
  /satz-([ca]\d+)e/.exec(item.replace(/\r?\n[ \t]/g, ""))?.[1];

const TRIGGERS = `
  create or replace function public.mark_customer() returns trigger language plpgsql as $$
    begin new.web_page := 'https://example.org/satz-c' || new.customer_id || 'e'; return new; end $$;
  create or replace trigger mark before insert on ams.customer
    for each row execute function public.mark_customer();
  create or replace function public.mark_appointment() returns trigger language plpgsql as $$
    begin new.reason := concat_ws(' ', new.reason, 'satz-a' || new.appointment_id || 'e'); return new; end $$;
  create or replace trigger mark before insert on ams.appointment
    for each row execute function public.mark_appointment();`;
