import type { MigrationInterface, QueryRunner } from "typeorm";
import { forwardOnly } from "./forward-only.js";

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZØĐŁĦŦÆŒŊÐÞ";
const LOWER = "abcdefghijklmnopqrstuvwxyzøđłħŧæœŋðþ";
const SURE =
  "\\x01-\\x7f\\u00a0-\\u00b4\\u00b6-\\u0148\\u014a-\\u017f\\u0218-\\u021b\\u1e9e\\u2010-\\u2027\\u202f";
/** Titles and forms of address: nobody is named so, or not for sure. */
const BESIDES =
  "dr dres prof dipl habil ing med dent jur phil rer nat herr herrn frau hr";
const PAIRS = [1, 2, 3, 4, 5, 6];

/**
 * By which somebody is found among all who were born that day, without reading them: old systems have one date for all
 * whose birth date nobody knows, and matching happens under the lock of the brokerage.
 *
 * Each two words of a name, folded, in a column of its own, as row-level security lets an index serve `=` only. `*` in the
 * first one: read for the date alone, as the name has initials, more than four words, one that is perhaps a title, or
 * letters that are not folded here for sure. `libs/ams/src/match/name-keys.ts` asks by these, `name-parts.ts` of
 * sync-core folds.
 */
export class AmsNameKeys1763800000013 implements MigrationInterface {
  readonly name = "AmsNameKeys1763800000013";

  async up(runner: QueryRunner): Promise<void> {
    // Behind a long reading of ams this would wait, and all of ams behind this.
    await runner.query("set local lock_timeout = '15s'");
    await runner.query(`
      create function ams.name_keys(kind text, first_name text, last_name text) returns text[]
      language plpgsql immutable parallel safe as $$
      declare
        whole text := concat_ws(' ', first_name, last_name);
        words text[];
        word text;
        other text;
        pairs text[];
        named int := 0;
      begin
        if kind <> 'private' then return null; end if;
        if whole ~ '[^\\x01-\\x7f]' then
          whole := normalize(whole, nfc);
          if whole ~ '[^${SURE}]' then return array['*']; end if;
          whole := replace(replace(replace(translate(whole, 'ÄÖÜ', 'äöü'), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue');
          whole := replace(replace(whole, 'ß', 'ss'), 'ẞ', 'ss');
          whole := regexp_replace(normalize(whole, nfkd), '[\\u0300-\\u036f]', '', 'g');
        end if;
        whole := translate(whole, '${UPPER}', '${LOWER}');
        whole := btrim(regexp_replace(whole, '[^a-z0-9øđłħŧæœŋðþıĸ]+', ' ', 'g'), ' ');
        if whole = '' then return null; end if;
        words := string_to_array(whole, ' ');
        if cardinality(words) > 4 then return array['*']; end if;
        foreach word in array words loop
          if length(word) not between 2 and 40 then return array['*']; end if;
          if position(' ' || word || ' ' in ' ${BESIDES} ') = 0 then named := named + 1; end if;
        end loop;
        if cardinality(words) = 1 then return words; end if;
        if named < 2 then return array['*']; end if;
        for one in 1 .. cardinality(words) - 1 loop
          for two in one + 1 .. cardinality(words) loop
            word := words[one];
            other := words[two];
            if word = other then return array['*']; end if;
            pairs := pairs || case when word < other collate "C" then word || ' ' || other else other || ' ' || word end;
          end loop;
        end loop;
        return pairs;
      end $$`);
    // One statement: the table is written anew once.
    await runner.query(`
      alter table ams.customer ${PAIRS.map(
        (at) =>
          `add column name_key_${at} text generated always as ((ams.name_keys(kind, first_name, last_name))[${at}]) stored`,
      ).join(", ")}`);
    for (const at of PAIRS)
      await runner.query(`
        create index customer_name_key_${at} on ams.customer (tenant_id, birth_date_key, name_key_${at})
        ${at === 1 ? "" : `where name_key_${at} is not null`}`);
    // What the first of these serves as well.
    await runner.query(`drop index ams.customer_birth_date_key`);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
