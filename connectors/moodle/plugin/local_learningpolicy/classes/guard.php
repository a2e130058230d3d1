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
 * The one place that catches what goes wrong within somebody else's action: the action goes on, and the administrator sees it.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class guard {
    /**
     * Does something, and lets no failure out.
     *
     * @param string $doing what is done, for the administrator who reads that it failed
     * @param callable $do
     */
    public static function run(string $doing, callable $do): void {
        try {
            $do();
        } catch (\Throwable $failure) {
            self::report($doing, $failure);
        }
    }

    /**
     * Reports a failure in the log of PHP and on the page "System status".
     *
     * @param string $doing
     * @param \Throwable $failure
     */
    private static function report(string $doing, \Throwable $failure): void {
        // The message only: details of a database error hold what was written.
        $text = sprintf(
            '%s: %s: %s (%s line %d)',
            $doing,
            get_class($failure),
            $failure->getMessage(),
            basename($failure->getFile()),
            $failure->getLine(),
        );
        $text = \core_text::substr((new configuration())->without_secrets($text), 0, 500);
        // phpcs:ignore moodle.PHP.ForbiddenFunctions.FoundWithAlternative -- It must be seen on a production site too.
        error_log("local_learningpolicy: {$text}");
        debugging("local_learningpolicy: {$text}", DEBUG_DEVELOPER, $failure->getTrace());
        try {
            set_config('lastfailure', $text, 'local_learningpolicy');
            set_config('lastfailuretime', time(), 'local_learningpolicy');
        } catch (\Throwable $again) {
            // The database itself fails: the log of PHP is all that is left.
            // phpcs:ignore moodle.PHP.ForbiddenFunctions.FoundWithAlternative -- As above.
            error_log('local_learningpolicy: the failure above could not be kept: ' . $again->getMessage());
        }
    }
}
