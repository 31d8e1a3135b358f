import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where Debian's package puts DAViCal. */
export const DAVICAL = "/usr/share/davical";

/**
 * A DAViCal of its own below `dir`, with a configuration of its own: Debian's
 * reads `/etc/davical`, which belongs to the machine. Gives PHP's arguments.
 */
export async function makeSite(
  dir: string,
  connection: string,
): Promise<string[]> {
  const pages = join(dir, "htdocs");
  const configuration = join(dir, "config");
  await mkdir(configuration, { recursive: true, mode: 0o700 });
  await cp(join(DAVICAL, "htdocs"), pages, { recursive: true });
  for (const part of ["inc", "locale"])
    await symlink(join(DAVICAL, part), join(dir, part));
  const start = join(pages, "always.php");
  const text = await readFile(start, "utf8");
  await writeFile(start, text.replaceAll("/etc/davical", configuration));
  await writeFile(
    join(configuration, "config.php"),
    settings(connection),
    // Holds the password of the database.
    { mode: 0o600 },
  );
  const router = join(dir, "router.php");
  await writeFile(router, ROUTER);
  return ["-d", "opcache.enable_cli=1", "-t", pages, router];
}

const settings = (connection: string): string => `<?php
error_reporting(E_ALL & ~E_DEPRECATED & ~E_NOTICE & ~E_WARNING);
ini_set('display_errors', '0');
$c->pg_connect[] = ${phpText(connection)};
$c->system_name = 'DAViCal';
$c->admin_email = 'admin@example.org';
$c->default_locale = 'en';
`;

const phpText = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

// What the web server's configuration does in a real installation: PHP's own
// server takes a request for a file of that name otherwise, and knows no
// PATH_INFO behind it.
const ROUTER = `<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (preg_match('#^/\\.well-known/(cal|card)dav#', $path)) {
  header('Location: /caldav.php/', true, 301);
  return true;
}
if (preg_match('#^/caldav\\.php(/.*)?$#', $path, $rest)) {
  $pages = __DIR__ . '/htdocs';
  chdir($pages);
  $_SERVER['SCRIPT_NAME'] = '/caldav.php';
  $_SERVER['SCRIPT_FILENAME'] = "$pages/caldav.php";
  $_SERVER['PATH_INFO'] = rawurldecode($rest[1] ?? '/');
  $_SERVER['PHP_SELF'] = '/caldav.php' . $_SERVER['PATH_INFO'];
  require "$pages/caldav.php";
  return true;
}
http_response_code(404);
return true;
`;
