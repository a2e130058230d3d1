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

namespace local_learningpolicy\external;

use core_external\external_api;
use local_learningpolicy\tests\adapter_testcase;

/**
 * Holding and releasing one enrolment.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\external\set_enrolment_status
 */
final class set_enrolment_status_test extends adapter_testcase {
    /**
     * As an administrator.
     */
    protected function setUp(): void {
        parent::setUp();
        $this->setAdminUser();
    }

    /**
     * It suspends and activates, keeps the dates, tells Moodle, and does nothing when there is nothing to do.
     */
    public function test_it_sets_the_status(): void {
        $this->getDataGenerator()->enrol_user($this->employee->id, $this->course->id, null, 'manual', 2000000000, 2100000000);
        $id = (int) $this->enrolment('manual')->id;

        $answer = $this->set($id, 'suspended');
        $enrolment = $this->enrolment('manual');
        $this->assertEquals(
            ['id' => $id, 'status' => 'suspended', 'changed' => true, 'timemodified' => $enrolment->timemodified],
            $answer,
        );
        $this->assertEquals(
            [ENROL_USER_SUSPENDED, 2000000000, 2100000000],
            [$enrolment->status, $enrolment->timestart, $enrolment->timeend],
        );
        $this->assertFalse($this->set($id, 'suspended')['changed']);
        $this->assertCount(1, $this->queued('user_enrolment_updated'));

        $this->assertTrue($this->set($id, 'active')['changed']);
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
        $this->assertCount(2, $this->queued('user_enrolment_updated'));
    }

    /**
     * It works for the enrolments of a cohort, which nothing else over the web services can suspend.
     */
    public function test_it_works_for_a_cohort(): void {
        $this->enrol_by_cohort();
        $this->set((int) $this->enrolment('cohort')->id, 'suspended');
        $this->assertEquals(ENROL_USER_SUSPENDED, $this->enrolment('cohort')->status);
    }

    /**
     * A release by the adapter is not asked about: it is the adapter that wants it.
     */
    public function test_a_release_is_not_asked_about(): void {
        self::$adapter->hold();
        $this->enrol_by_hand();
        $this->set((int) $this->enrolment('manual')->id, 'active');
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
        $this->assertCount(1, self::$adapter->requests('/v1/enrolment-checks'));
    }

    /**
     * An id that another enrolment has by now changes nothing.
     */
    public function test_a_mismatch_changes_nothing(): void {
        $this->enrol_by_hand();
        $id = (int) $this->enrolment('manual')->id;
        foreach ([[1, (int) $this->course->id], [(int) $this->employee->id, SITEID]] as [$userid, $courseid]) {
            try {
                set_enrolment_status::execute($id, 'suspended', $userid, $courseid);
                $this->fail('The mismatch was not noticed.');
            } catch (\moodle_exception $e) {
                $this->assertSame('enrolmentmismatch', $e->errorcode);
            }
        }
        $this->assertEquals(ENROL_USER_ACTIVE, $this->enrolment('manual')->status);
    }

    /**
     * An enrolment that is gone.
     */
    public function test_an_enrolment_that_is_gone(): void {
        try {
            $this->set(987654321, 'suspended');
            $this->fail('The enrolment is not there.');
        } catch (\moodle_exception $e) {
            $this->assertSame('enrolmentgone', $e->errorcode);
        }
    }

    /**
     * An enrolment whose method was removed from the server.
     */
    public function test_a_method_that_is_gone(): void {
        global $DB;

        $this->enrol_by_hand();
        $enrolment = $this->enrolment('manual');
        $DB->set_field('enrol', 'enrol', 'removedplugin', ['id' => $enrolment->enrolid]);
        try {
            $this->set((int) $enrolment->id, 'suspended');
            $this->fail('The method is not there.');
        } catch (\moodle_exception $e) {
            $this->assertSame('enrolmethodgone', $e->errorcode);
        }
    }

    /**
     * There are two statuses.
     */
    public function test_an_unknown_status(): void {
        $this->enrol_by_hand();
        $this->expectException(\invalid_parameter_exception::class);
        $this->set((int) $this->enrolment('manual')->id, 'removed');
    }

    /**
     * Reading is not enough.
     */
    public function test_it_takes_the_capability(): void {
        $this->enrol_by_hand();
        $reader = $this->getDataGenerator()->create_user();
        $role = create_role('Reader', 'reader', '');
        assign_capability('local/learningpolicy:viewenrolments', CAP_ALLOW, $role, \core\context\system::instance());
        role_assign($role, $reader->id, \core\context\system::instance());
        $this->setUser($reader);
        $this->assertCount(1, get_enrolments::execute()['enrolments']);
        $this->expectException(\required_capability_exception::class);
        $this->set((int) $this->enrolment('manual')->id, 'suspended');
    }

    /**
     * Calls the function as the web service does.
     *
     * @param int $id
     * @param string $status
     * @return array
     */
    private function set(int $id, string $status): array {
        $answer = set_enrolment_status::execute($id, $status, (int) $this->employee->id, (int) $this->course->id);
        return external_api::clean_returnvalue(set_enrolment_status::execute_returns(), $answer);
    }
}
