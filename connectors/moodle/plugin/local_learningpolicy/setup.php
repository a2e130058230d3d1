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
 * What the adapter needs on this site, and a button that makes what is missing and a token.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

use local_learningpolicy\output\setup_page;
use local_learningpolicy\setup\connection;

admin_externalpage_setup('local_learningpolicy_setup');

$url = new moodle_url('/local/learningpolicy/setup.php');
$connection = new connection();

if (optional_param('make', false, PARAM_BOOL)) {
    require_sesskey();
    $connection->make();
    // For the next page alone, as Moodle does with a token of its own.
    $SESSION->local_learningpolicy_token = $connection->new_token();
    redirect($url, get_string('setupmade', 'local_learningpolicy'), null, \core\output\notification::NOTIFY_SUCCESS);
}

$token = $SESSION->local_learningpolicy_token ?? '';
unset($SESSION->local_learningpolicy_token);

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('setup', 'local_learningpolicy'));
echo $OUTPUT->render_from_template('local_learningpolicy/setup', (new setup_page($connection, $url, $token))->export());
echo $OUTPUT->footer();
