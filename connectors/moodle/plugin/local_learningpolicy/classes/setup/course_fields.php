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

use core_course\customfield\course_handler;
use core_customfield\category_controller;
use core_customfield\field_controller;

/**
 * The custom course fields with the facts that the policy asks of a course.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class course_fields implements part {
    /** @var string[] The type of each, by short name. */
    private const TYPES = [
        'leeruren' => 'number',
        'kosten_eur' => 'number',
        'grondslag' => 'select',
        'traject' => 'text',
        'incompany' => 'checkbox',
        'beleid_uitgezonderd' => 'checkbox',
    ];

    /** @var string[] The grounds, one a line: the adapter knows them by these words. */
    private const GROUNDS = ['Wettelijk', 'Functiegebonden', 'Organisatie', 'Team', 'Individueel'];

    /**
     * What it is, for the administrator.
     *
     * @return string
     */
    #[\Override]
    public function name(): string {
        return get_string('setupcoursefields', 'local_learningpolicy', implode(', ', array_keys(self::TYPES)));
    }

    /**
     * Whether it is there.
     *
     * @return bool
     */
    #[\Override]
    public function is_there(): bool {
        return !$this->missing();
    }

    /**
     * Makes what is missing of it.
     */
    #[\Override]
    public function make(): void {
        $missing = $this->missing();
        if (!$missing) {
            return;
        }
        $handler = course_handler::create();
        $category = category_controller::create(
            $handler->create_category(get_string('pluginname', 'local_learningpolicy')),
        );
        foreach ($missing as $shortname) {
            $field = field_controller::create(0, (object) ['type' => self::TYPES[$shortname]], $category);
            $handler->save_field_configuration($field, (object) [
                'name' => get_string("coursefield_{$shortname}", 'local_learningpolicy'),
                'shortname' => $shortname,
                'configdata' => self::configuration(self::TYPES[$shortname]),
            ]);
        }
    }

    /**
     * Short names of the fields that are not there.
     *
     * @return string[]
     */
    private function missing(): array {
        $there = array_map(fn($field) => $field->get('shortname'), course_handler::create()->get_fields());
        return array_values(array_diff(array_keys(self::TYPES), $there));
    }

    /**
     * What Moodle keeps with a field of a type. Teachers see them, participants do not.
     *
     * @param string $type
     * @return array
     */
    private static function configuration(string $type): array {
        return [
            'required' => 0,
            'uniquevalues' => 0,
            'locked' => 0,
            'visibility' => course_handler::VISIBLETOTEACHERS,
            'defaultvalue' => '',
        ] + match ($type) {
            'number' => [
                'fieldtype' => '',
                'decimalplaces' => 2,
                'minimumvalue' => 0,
                'display' => '{value}',
                'displaywhenzero' => '0',
            ],
            'select' => ['options' => implode("\n", self::GROUNDS)],
            'text' => ['displaysize' => 50, 'maxlength' => 255, 'ispassword' => 0, 'link' => ''],
            'checkbox' => ['checkbydefault' => 0],
        };
    }
}
