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

namespace local_learningpolicy\tests;

use local_learningpolicy\queue;
use stdClass;

/**
 * A test with an adapter on this machine, a course that has an ID number and an employee who has a number.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class adapter_testcase extends \advanced_testcase {
    /** @var loopback_adapter|null The adapter. */
    protected static ?loopback_adapter $adapter = null;

    /** @var stdClass The course. */
    protected stdClass $course;

    /** @var stdClass The employee. */
    protected stdClass $employee;

    /**
     * Starts the adapter.
     */
    public static function setUpBeforeClass(): void {
        parent::setUpBeforeClass();
        self::$adapter = new loopback_adapter();
    }

    /**
     * Stops the adapter.
     */
    public static function tearDownAfterClass(): void {
        self::$adapter->stop();
        self::$adapter = null;
        parent::tearDownAfterClass();
    }

    /**
     * Makes course and employee, and connects the adapter afterwards, so that the queue is empty.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->course = $this->getDataGenerator()->create_course(['idnumber' => 'OPL-003', 'fullname' => 'Course & <b>more</b>']);
        $this->employee = $this->getDataGenerator()->create_user(['idnumber' => '10005']);
        self::$adapter->reset();
        self::$adapter->connect();
        // What was made so far knows the real clock; a test may stop it.
        \core\di::reset_container();
    }

    /**
     * The enrolment of the employee in the course, by a method.
     *
     * @param string $method
     * @return stdClass|null
     */
    protected function enrolment(string $method): ?stdClass {
        global $DB;
        $sql = "SELECT ue.*
                  FROM {user_enrolments} ue
                  JOIN {enrol} e ON e.id = ue.enrolid
                 WHERE e.courseid = :courseid AND e.enrol = :method AND ue.userid = :userid";
        $params = ['courseid' => $this->course->id, 'method' => $method, 'userid' => $this->employee->id];
        return $DB->get_record_sql($sql, $params) ?: null;
    }

    /**
     * The events in the queue, oldest first.
     *
     * @param string $kind such as user_enrolment_created; empty for all
     * @return stdClass[]
     */
    protected function queued(string $kind = ''): array {
        global $DB;
        $rows = array_values($DB->get_records(queue::TABLE, null, 'id'));
        return array_values(array_filter($rows, fn(stdClass $row): bool => str_ends_with($row->eventname, $kind)));
    }

    /**
     * Enrols the employee by hand.
     */
    protected function enrol_by_hand(): void {
        $this->getDataGenerator()->enrol_user($this->employee->id, $this->course->id, null, 'manual');
    }

    /**
     * Links a cohort to the course, and makes the employee a member.
     */
    protected function enrol_by_cohort(): void {
        global $CFG;
        require_once($CFG->dirroot . '/cohort/lib.php');
        $cohort = $this->getDataGenerator()->create_cohort();
        $CFG->enrol_plugins_enabled .= ',cohort';
        enrol_get_plugin('cohort')->add_instance($this->course, ['customint1' => $cohort->id]);
        cohort_add_member($cohort->id, $this->employee->id);
    }
}
