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

namespace local_learningpolicy\output;

use local_learningpolicy\cloud_event;
use local_learningpolicy\queue;
use stdClass;

defined('MOODLE_INTERNAL') || die();

global $CFG;
require_once($CFG->libdir . '/tablelib.php');

/**
 * The table of events: those that wait, or those delivered lately.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class queue_table extends \table_sql {
    /**
     * Constructor.
     *
     * @param \moodle_url $url of the page
     * @param bool $delivered whether to show those delivered lately
     */
    public function __construct(\moodle_url $url, bool $delivered) {
        parent::__construct('local_learningpolicy_queue_' . ($delivered ? 'delivered' : 'waiting'));
        $columns = [
            'id' => get_string('columnid', 'local_learningpolicy'),
            'timecreated' => get_string('columnhappened', 'local_learningpolicy'),
            'eventname' => get_string('columnevent', 'local_learningpolicy'),
            'about' => get_string('columnabout', 'local_learningpolicy'),
            'attempts' => get_string('columnattempts', 'local_learningpolicy'),
        ];
        $columns += $delivered
            ? ['timedelivered' => get_string('columndelivered', 'local_learningpolicy')]
            : [
                'timenext' => get_string('columnnext', 'local_learningpolicy'),
                'lasterror' => get_string('columnerror', 'local_learningpolicy'),
                'actions' => get_string('columnactions', 'local_learningpolicy'),
            ];
        $this->define_columns(array_keys($columns));
        $this->define_headers(array_values($columns));
        $this->define_baseurl($url);
        $this->sortable(true, 'id', $delivered ? SORT_DESC : SORT_ASC);
        $this->no_sorting('about');
        $this->no_sorting('lasterror');
        $this->no_sorting('actions');
        $this->collapsible(false);
        $this->set_sql('*', '{' . queue::TABLE . '}', $delivered ? 'timedelivered > 0' : 'timedelivered = 0');
    }

    /**
     * What is said when there is nothing.
     */
    public function print_nothing_to_display(): void {
        global $OUTPUT;
        echo $OUTPUT->notification(get_string('queueempty', 'local_learningpolicy'), 'info', false);
    }

    /**
     * When it happened.
     *
     * @param stdClass $row
     * @return string
     */
    protected function col_timecreated(stdClass $row): string {
        return self::moment($row->timecreated);
    }

    /**
     * What happened.
     *
     * @param stdClass $row
     * @return string
     */
    protected function col_eventname(stdClass $row): string {
        return s(cloud_event::kind($row->eventname));
    }

    /**
     * What and whom it is about, by id: the page has no names.
     *
     * @param stdClass $row
     * @return string
     */
    protected function col_about(stdClass $row): string {
        $lines = [s($row->objectkey)];
        if ($row->userid) {
            $url = new \moodle_url('/user/profile.php', ['id' => $row->userid]);
            $lines[] = \html_writer::link($url, get_string('aboutuser', 'local_learningpolicy', $row->userid));
        }
        if ($row->courseid) {
            $url = new \moodle_url('/course/view.php', ['id' => $row->courseid]);
            $lines[] = \html_writer::link($url, get_string('aboutcourse', 'local_learningpolicy', $row->courseid));
        }
        return implode(\html_writer::empty_tag('br'), $lines);
    }

    /**
     * When the next attempt is.
     *
     * @param stdClass $row
     * @return string
     */
    protected function col_timenext(stdClass $row): string {
        return self::moment($row->timenext);
    }

    /**
     * When it was delivered.
     *
     * @param stdClass $row
     * @return string
     */
    protected function col_timedelivered(stdClass $row): string {
        return self::moment($row->timedelivered);
    }

    /**
     * Why the last attempt failed.
     *
     * @param stdClass $row
     * @return string
     */
    protected function col_lasterror(stdClass $row): string {
        return s($row->lasterror);
    }

    /**
     * The button that sends at once.
     *
     * @param stdClass $row
     * @return string
     */
    protected function col_actions(stdClass $row): string {
        global $OUTPUT;
        $url = new \moodle_url($this->baseurl, ['sendnow' => $row->id]);
        return $OUTPUT->single_button($url, get_string('sendnow', 'local_learningpolicy'), 'post');
    }

    /**
     * A moment, to the second.
     *
     * @param int|string $time
     * @return string
     */
    private static function moment(int|string $time): string {
        return userdate((int) $time, get_string('strftimedatetimeshortaccurate', 'core_langconfig'));
    }
}
