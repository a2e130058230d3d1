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

use core\event\base;

/**
 * A Moodle event as CloudEvents 1.0 in JSON: ids only, never a name or an address.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class cloud_event {
    /**
     * The body that tells the adapter about an event.
     *
     * @param base $event
     * @param string $id the event's own id, the same at every attempt
     * @param array|null $held what the check at enrolment said, when the plugin held the enrolment because of it
     * @return string JSON
     */
    public static function body(base $event, string $id, ?array $held): string {
        return self::encode([
            'specversion' => '1.0',
            'id' => $id,
            'source' => 'urn:moodle:' . get_site_identifier(),
            'type' => 'nl.moodle.' . self::kind($event->eventname),
            'time' => gmdate('Y-m-d\TH:i:s\Z', $event->timecreated),
            'datacontenttype' => 'application/json',
            'data' => self::data($event) + ($held === null ? [] : ['held' => $held]),
        ]);
    }

    /**
     * The same body, that also tells that the plugin held the enrolment.
     *
     * @param string $body
     * @param array $held
     * @return string JSON
     */
    public static function with_held(string $body, array $held): string {
        $event = json_decode($body, true, 512, JSON_THROW_ON_ERROR);
        $event['data']['held'] = $held;
        return self::encode($event);
    }

    /**
     * The same body without the user who did it, for when that user's data must go.
     *
     * @param string $body
     * @return string JSON
     */
    public static function without_actor(string $body): string {
        $event = json_decode($body, true, 512, JSON_THROW_ON_ERROR);
        $event['data']['userid'] = '0';
        return self::encode($event);
    }

    /**
     * The event's own name, such as user_enrolment_created.
     *
     * @param string $eventname class of the event
     * @return string
     */
    public static function kind(string $eventname): string {
        return substr($eventname, strrpos($eventname, '\\') + 1);
    }

    /**
     * What happened, to whom and where.
     *
     * @param base $event
     * @return array
     */
    private static function data(base $event): array {
        $data = [
            'eventname' => $event->eventname,
            'objectid' => (string) ($event->objectid ?? 0),
            'userid' => (string) $event->userid,
            'relateduserid' => (string) ($event->relateduserid ?? 0),
            'courseid' => (string) ($event->courseid ?? 0),
            'timecreated' => (int) $event->timecreated,
        ];
        foreach (['enrol', 'dataid'] as $name) {
            if (isset($event->other[$name])) {
                $data["other_{$name}"] = (string) $event->other[$name];
            }
        }
        return $data;
    }

    /**
     * JSON as it is sent.
     *
     * @param array $event
     * @return string
     */
    private static function encode(array $event): string {
        return json_encode($event, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    }
}
