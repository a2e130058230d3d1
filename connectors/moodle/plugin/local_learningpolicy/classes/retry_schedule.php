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
 * When an event that was not delivered is tried again: soon at first, then every twelve hours, for ever.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class retry_schedule {
    /** @var int[] Seconds to wait after the first attempt, the second, and so on. */
    private const DELAYS = [MINSECS, 5 * MINSECS, 15 * MINSECS, HOURSECS, 3 * HOURSECS, 6 * HOURSECS];

    /** @var int Seconds to wait after each later attempt. */
    private const LAST_DELAY = 12 * HOURSECS;

    /** @var int From this many attempts on, later events of the same object no longer wait for the failing one (10 hours). */
    public const ATTEMPTS_IN_ORDER = 6;

    /**
     * How long to wait after an attempt that failed.
     *
     * @param int $attempts how many attempts there have been, at least 1
     * @return int seconds
     */
    public static function delay_after(int $attempts): int {
        return self::DELAYS[$attempts - 1] ?? self::LAST_DELAY;
    }
}
