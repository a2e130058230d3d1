<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

/**
 * Makes on the command line what the adapter needs on this site, and tells the adapter's settings.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

define('CLI_SCRIPT', true);

require(__DIR__ . '/../../../config.php');
require_once($CFG->libdir . '/clilib.php');

use local_learningpolicy\setup\connection;

[$options, $unknown] = cli_get_params(['help' => false, 'make' => false, 'token' => false], ['h' => 'help']);
if ($unknown) {
    cli_error(get_string('cliunknowoption', 'admin', implode(' ', $unknown)));
}
if ($options['help']) {
    cli_writeln(get_string('setupcli', 'local_learningpolicy'));
    exit(0);
}

\core\session\manager::set_user(get_admin());
$connection = new connection();
if ($options['make']) {
    $connection->make();
}
$missing = $connection->missing();
if ($missing) {
    foreach ($missing as $part) {
        cli_problem(get_string('setupmissing', 'local_learningpolicy') . ': ' . $part->name());
    }
    exit(1);
}
if ($options['token']) {
    // Nothing but the token, so that it goes into the file of the adapter without being read by anybody.
    cli_writeln($connection->new_token());
    exit(0);
}
foreach ($connection->adapter_settings() as $name => $value) {
    cli_writeln("{$name}={$value}");
}
