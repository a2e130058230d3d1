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

namespace local_learningpolicy\setup;

use core_course\reportbuilder\datasource\participants;
use core_reportbuilder\local\helpers\report as helper;
use core_reportbuilder\local\models\report;

/**
 * The custom report in which the adapter reads enrolments where it cannot ask this plugin.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class participants_report implements part {
    /** @var string[] Its columns. Their titles are those of Moodle, by which the adapter knows them. */
    private const COLUMNS = [
        'course:idnumber',
        'user:idnumber',
        'user:username',
        'enrol:plugin',
        'enrolment:status',
        'enrolment:timecreated',
        'enrolment:timestarted',
        'enrolment:timeended',
        'completion:completed',
        'completion:timecompleted',
    ];

    /** @var string[] The columns by which it is sorted, so that no row falls between two pages. */
    private const SORTED = ['course:idnumber', 'user:username', 'enrolment:timecreated'];

    /** @var string[] Its filters: with them one course or person is read. */
    private const FILTERS = ['course:idnumber', 'user:username'];

    /**
     * What it is, for the administrator.
     *
     * @return string
     */
    #[\Override]
    public function name(): string {
        return get_string('setupreport', 'local_learningpolicy');
    }

    /**
     * Whether it is there.
     *
     * @return bool
     */
    #[\Override]
    public function is_there(): bool {
        global $CFG;
        return !empty($CFG->enablecustomreports) && self::id() !== null;
    }

    /**
     * Makes what is missing of it.
     */
    #[\Override]
    public function make(): void {
        set_config('enablecustomreports', 1);
        if (self::id() !== null) {
            return;
        }
        $report = helper::create_report((object) [
            'name' => $this->name(),
            'source' => participants::class,
            'uniquerows' => 0,
        ], false)->get('id');
        foreach (self::COLUMNS as $name) {
            $column = helper::add_report_column($report, $name);
            if (in_array($name, self::SORTED)) {
                helper::toggle_report_column_sorting($report, $column->get('id'), true);
            }
        }
        foreach (self::FILTERS as $name) {
            helper::add_report_filter($report, $name);
        }
        set_config('reportid', $report, 'local_learningpolicy');
    }

    /**
     * The report's id, null as long as there is none.
     *
     * @return int|null
     */
    public static function id(): ?int {
        $id = (int) get_config('local_learningpolicy', 'reportid');
        return $id && report::record_exists($id) ? $id : null;
    }
}
