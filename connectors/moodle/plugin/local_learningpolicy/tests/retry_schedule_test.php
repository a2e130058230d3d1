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

namespace local_learningpolicy;

/**
 * When an event is tried again.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_learningpolicy\retry_schedule
 */
final class retry_schedule_test extends \basic_testcase {
    /**
     * Soon at first, then every twelve hours.
     */
    public function test_delays(): void {
        $delays = array_map(fn(int $attempts): int => retry_schedule::delay_after($attempts), range(1, 9));
        $this->assertSame([60, 300, 900, 3600, 10800, 21600, 43200, 43200, 43200], $delays);
    }

    /**
     * It never ends: after two years of trying there still is a next time.
     */
    public function test_it_never_ends(): void {
        $this->assertSame(43200, retry_schedule::delay_after(1500));
    }
}
