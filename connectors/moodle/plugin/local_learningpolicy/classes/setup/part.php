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

/**
 * One thing that the adapter needs on this site.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
interface part {
    /**
     * What it is, for the administrator.
     *
     * @return string
     */
    public function name(): string;

    /**
     * Whether it is there. What an administrator made by hand counts too.
     *
     * @return bool
     */
    public function is_there(): bool;

    /**
     * Makes what is missing of it; what is there stays as it is.
     */
    public function make(): void;
}
