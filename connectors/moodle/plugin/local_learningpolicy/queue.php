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
 * The events that wait for the adapter, and those delivered lately.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

use local_learningpolicy\output\queue_actions;
use local_learningpolicy\output\queue_table;

admin_externalpage_setup('local_learningpolicy_queue');

$delivered = optional_param('delivered', false, PARAM_BOOL);
$sendnow = optional_param('sendnow', 0, PARAM_INT);
$sendall = optional_param('sendall', false, PARAM_BOOL);
$url = new moodle_url('/local/learningpolicy/queue.php', ['delivered' => (int) $delivered]);
$PAGE->set_url($url);

if ($sendnow || $sendall) {
    require_sesskey();
    [$text, $kind] = $sendnow ? queue_actions::send_now($sendnow) : queue_actions::send_all();
    redirect($url, $text, null, $kind);
}

$table = new queue_table($url, $delivered);

echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('queue', 'local_learningpolicy'));
echo $OUTPUT->render_from_template('local_learningpolicy/queue_summary', queue_actions::summary($url, $delivered));
$table->out(50, false);
echo $OUTPUT->footer();
