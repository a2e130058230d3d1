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
 * Why the adapter says that an enrolment must be held.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class hold_reason {
    /**
     * Constructor.
     *
     * @param string[] $messages
     * @param string|null $decision
     * @param string[] $kinds
     */
    public function __construct(
        /** @var string[] The sentences of the findings that block, in the language of whoever enrols. */
        public readonly array $messages,
        /** @var string|null The adapter's id of the decision, when it logged one. */
        public readonly ?string $decision,
        /** @var string[] The kinds of those findings, one for each sentence. */
        private readonly array $kinds = [],
    ) {
    }

    /**
     * Reads the adapter's answer.
     *
     * @param array $answer
     * @return self|null null when nothing has to be held
     */
    public static function from_answer(array $answer): ?self {
        if (($answer['outcome'] ?? null) !== 'hold') {
            return null;
        }
        $findings = array_filter((array) ($answer['findings'] ?? []), fn($finding) => ($finding['severity'] ?? null) === 'block');
        $findings = array_filter($findings, fn($finding) => is_string($finding['message'] ?? null) && $finding['message'] !== '');
        $decision = $answer['decision'] ?? null;
        return new self(
            array_values(array_column($findings, 'message')),
            is_string($decision) ? $decision : null,
            array_values(array_map(fn($finding) => (string) ($finding['code'] ?? ''), $findings)),
        );
    }

    /**
     * The same for the one who is enrolled: spoken to him, and with what he can do. A kind of finding that this plugin does not
     * know is told in the words of the adapter.
     *
     * @return string[]
     */
    public function for_reader(): array {
        $texts = get_string_manager();
        $told = array_map(function (string $message, string $kind) use ($texts): string {
            $key = "held_{$kind}";
            return $texts->string_exists($key, 'local_learningpolicy') ? get_string($key, 'local_learningpolicy') : $message;
        }, $this->messages, array_pad($this->kinds, count($this->messages), ''));
        return $told ?: [get_string('heldunknown', 'local_learningpolicy')];
    }

    /**
     * What the event tells about the hold.
     *
     * @return array
     */
    public function for_event(): array {
        return ['outcome' => 'hold', 'message' => implode(' ', $this->messages), 'decision' => $this->decision];
    }
}
