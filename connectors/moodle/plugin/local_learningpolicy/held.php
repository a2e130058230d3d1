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
 * Why somebody who is enrolled in a course cannot open it yet, and what to do.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require(__DIR__ . '/../../config.php');

use local_learningpolicy\configuration;
use local_learningpolicy\held_enrolment;
use local_learningpolicy\output\held_page;

$id = required_param('id', PARAM_INT);
require_login(null, false);
$course = get_course($id);
$courseurl = new moodle_url('/course/view.php', ['id' => $id]);
if (!core_course_category::can_view_course_info($course)) {
    redirect(new moodle_url('/my/courses.php'));
}
$reason = core\di::get(held_enrolment::class)->reason($id, $USER->id);
if ($reason === null) {
    redirect($courseurl);
}

$PAGE->set_context(core\context\course::instance($id));
$PAGE->set_url('/local/learningpolicy/held.php', ['id' => $id]);
$PAGE->set_pagelayout('standard');
$PAGE->add_body_class('limitedwidth');
$PAGE->set_title(format_string($course->fullname));
$PAGE->set_heading(format_string($course->fullname));

echo $OUTPUT->header();
echo $OUTPUT->render_from_template('local_learningpolicy/held', (new held_page($course, $reason, new configuration()))->export());
echo $OUTPUT->footer();
