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

/**
 * Dutch texts.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['aboutcourse'] = 'cursus {$a}';
$string['aboutuser'] = 'gebruiker {$a}';
$string['adapterurl'] = 'Adres van de adapter';
$string['adapterurl_desc'] = 'Het basisadres, zoals https://adapter.example.org, zonder /v1. Zolang dit leeg is, komen er geen gebeurtenissen in de wachtrij. De lijst met geblokkeerde hosts van deze site geldt er niet voor: een adapter staat meestal in het eigen netwerk.';
$string['apikey'] = 'Sleutel van de adapter';
$string['apikey_desc'] = 'Voor de controle bij het inschrijven: wat "odwh-adapter key create --name moodle --role lms" afdrukt. De adapter bewaart geen kopie.';
$string['cachedef_breaker'] = 'Tot wanneer de adapter bij inschrijvingen niets wordt gevraagd, omdat hij niet antwoordde';
$string['checkdelivered'] = 'Gebeurtenissen worden bezorgd. Nu in de wachtrij: {$a}.';
$string['checkdelivery'] = 'Opleidingsbeleid: gebeurtenissen naar de adapter';
$string['checkenabled'] = 'Controle bij het inschrijven';
$string['checkenabled_desc'] = 'Vraag het de adapter op het moment van inschrijven, en wanneer een opgeschorte inschrijving weer actief wordt gemaakt. Zegt de adapter "aanhouden", dan wordt de inschrijving meteen opgeschort en ziet wie inschrijft waarom. Zonder antwoord op tijd wordt niets aangehouden: de gebeurtenis wordt toch bezorgd en dan beslist de adapter.';
$string['checkenrolmentcheck'] = 'Opleidingsbeleid: controle bij het inschrijven';
$string['checkenrolmentfailed'] = 'De adapter antwoordde niet bij een inschrijving, het laatst op {$a}. Op dat moment is niets aangehouden; de adapter beslist wanneer de gebeurtenis aankomt. Draait de adapter, en kloppen adres en sleutel?';
$string['checkenrolmentoff'] = 'De controle bij het inschrijven staat uit. De adapter beslist wanneer de gebeurtenis aankomt.';
$string['checkenrolmentok'] = 'De controle bij het inschrijven werkt: de afgelopen dag ging er niets mis.';
$string['checkfailed'] = 'De plugin zelf ging de afgelopen week mis tijdens iemands handeling, dus er kan een gebeurtenis ontbreken. Voer "odwh-adapter sync enrolments" uit en meld de fout hieronder.';
$string['checknoadapter'] = 'Er is nog geen adres van de adapter: er komt niets in de wachtrij en er wordt niets gevraagd.';
$string['checknofield'] = 'Het profielveld "{$a}" voor het personeelsnummer bestaat niet, dus niemand kan bij het inschrijven worden gecontroleerd. Maak het veld, of noem een ander in de instellingen.';
$string['checknokey'] = 'De controle bij het inschrijven staat aan, maar er is geen sleutel van de adapter. Maak er een met "odwh-adapter key create --name moodle --role lms" en zet hem in de instellingen.';
$string['checknosecret'] = 'Adres of ondertekeningsgeheim ontbreekt of klopt niet: gebeurtenissen blijven in de wachtrij.';
$string['checkoff'] = 'Bezorgen staat uit. In de wachtrij: {$a}.';
$string['checkretrying'] = 'De laatste poging mislukte en wordt herhaald. In de wachtrij: {$a}.';
$string['checktimeout'] = 'Wachttijd van de controle';
$string['checktimeout_desc'] = 'Hoeveel seconden een inschrijving hooguit op de adapter wacht. Na een mislukking wordt de adapter een minuut lang niets gevraagd.';
$string['checkwaiting'] = 'Gebeurtenissen in de wachtrij: {$a->count}; de oudste wacht al {$a->age}. Zie de wachtrij voor de fout.';
$string['columnabout'] = 'Over';
$string['columnactions'] = 'Actie';
$string['columnattempts'] = 'Pogingen';
$string['columndelivered'] = 'Bezorgd';
$string['columnerror'] = 'Laatste fout';
$string['columnevent'] = 'Gebeurtenis';
$string['columnhappened'] = 'Gebeurd';
$string['columnid'] = 'Nummer';
$string['columnnext'] = 'Volgende poging vanaf';
$string['coursefield_beleid_uitgezonderd'] = 'Valt niet onder het opleidingsbeleid';
$string['coursefield_grondslag'] = 'Grondslag';
$string['coursefield_incompany'] = 'Incompanytraining';
$string['coursefield_kosten_eur'] = 'Kosten voor één deelnemer (euro)';
$string['coursefield_leeruren'] = 'Leeruren voor één deelnemer';
$string['coursefield_traject'] = 'Traject';
$string['deliveryenabled'] = 'Gebeurtenissen bezorgen';
$string['deliveryenabled_desc'] = 'Uit: gebeurtenissen blijven in de wachtrij tot dit weer aan staat. Er gaat niets verloren.';
$string['employeefield'] = 'Personeelsnummer';
$string['employeefield_desc'] = 'Korte naam van het profielveld met het personeelsnummer, of "idnumber" voor het ID-nummer van Moodle zelf. Hetzelfde als ODWH_MOODLE_EMPLOYEE_FIELD van de adapter.';
$string['enrolmentgone'] = 'Er is geen inschrijving met id {$a} meer.';
$string['enrolmentmismatch'] = 'Inschrijving {$a} is van een andere gebruiker of in een andere cursus dan werd gezegd. Lees de inschrijvingen opnieuw.';
$string['enrolmethodgone'] = 'De aanmeldingsmethode "{$a}" is niet meer geïnstalleerd, dus haar inschrijvingen kunnen niet worden gewijzigd.';
$string['held_agreement_incomplete'] = 'De opleidingsovereenkomst is nog niet compleet. HR vult haar aan; jij hoeft niets te doen.';
$string['held_agreement_missing'] = 'Voor deze opleiding is een opleidingsovereenkomst nodig, en die is er nog niet. HR stelt haar op en vraagt je dan om te tekenen.';
$string['held_agreement_unsigned'] = 'De opleidingsovereenkomst is nog niet door jullie beiden getekend. Teken haar, of vraag je leidinggevende om dat te doen.';
$string['held_consent_missing'] = 'Je leidinggevende heeft nog niet ingestemd met deze incompanytraining. Vraag je leidinggevende om dat te doen.';
$string['held_course_facts_missing'] = 'Van deze cursus ontbreken gegevens. De beheerder van de cursus moet ze invullen; jij hoeft niets te doen.';
$string['held_employment_ends_before_start'] = 'Je dienstverband eindigt voordat deze opleiding begint. Vraag het HR als dat niet klopt.';
$string['held_grant_missing'] = 'Er is voor jou nog geen toekenning voor deze opleiding. Vraag je leidinggevende om haar samen met jou aan te vragen.';
$string['held_hours_norm_exceeded'] = 'Met deze opleiding kom je boven de leeruren van dit jaar. Bespreek een ander moment met je leidinggevende.';
$string['held_no_place'] = 'Je hebt nog geen plaats in een bijeenkomst van deze incompanytraining. Meld je aan, of wacht tot er een plaats vrijkomt.';
$string['heldback'] = 'Naar mijn cursussen';
$string['heldhelp'] = 'Zo vraag je een opleiding aan';
$string['heldintro'] = 'Je bent ingeschreven voor "{$a}". Je kunt nog niet beginnen.';
$string['heldlater'] = 'Zodra dit geregeld is, gaat de cursus vanzelf voor je open. Denk je dat dit niet klopt? Vraag het dan aan HR.';
$string['heldmore'] = 'Er zijn meer inschrijvingen aangehouden. In de deelnemerslijst staan ze als opgeschort.';
$string['heldother'] = 'De inschrijving van {$a->user} voor "{$a->course}" is aangehouden.';
$string['heldunknown'] = 'Voor het opleidingsbeleid van de organisatie ontbreekt nog iets. Vraag het je leidinggevende of HR.';
$string['helpurl'] = 'Hoe je een opleiding aanvraagt';
$string['helpurl_desc'] = 'De pagina waar iemand heen wordt gestuurd van wie de inschrijving is aangehouden, zoals het aanvraagformulier. Leeg: de eigen cursussen.';
$string['invalidsecret'] = 'Dit is geen ondertekeningsgeheim. Het begint met whsec_, gevolgd door 24 tot 64 willekeurige bytes in base64.';
$string['lastdelivered'] = 'Laatst bezorgd: {$a}.';
$string['lasterrorwas'] = 'Laatste fout: {$a}';
$string['learningpolicy:setenrolmentstatus'] = 'Inschrijvingen van elke aanmeldingsmethode aanhouden en vrijgeven';
$string['learningpolicy:viewenrolments'] = 'De inschrijvingen van alle cursussen als gegevens zien';
$string['messageprovider:undelivered'] = 'Gebeurtenissen bereiken de adapter van het opleidingsbeleid niet';
$string['never'] = 'nooit';
$string['pluginname'] = 'Opleidingsbeleid';
$string['privacy:metadata:actorid'] = 'Het id van de gebruiker door wie het gebeurde.';
$string['privacy:metadata:adapter'] = 'De adapter past het opleidingsbeleid van de organisatie toe. Hij krijgt id\'s, en bij het inschrijven het personeelsnummer. Namen en adressen worden niet verstuurd.';
$string['privacy:metadata:body'] = 'De gebeurtenis zoals die wordt verstuurd: soort, id\'s, moment, aanmeldingsmethode, en bij aanhouden de reden.';
$string['privacy:metadata:courseid'] = 'Het id van de cursus.';
$string['privacy:metadata:employeenumber'] = 'Het personeelsnummer, op het moment van inschrijven.';
$string['privacy:metadata:eventname'] = 'Wat er gebeurde.';
$string['privacy:metadata:held'] = 'Inschrijvingen die op het moment van inschrijven zijn opgeschort, omdat de adapter dat zei.';
$string['privacy:metadata:method'] = 'De aanmeldingsmethode.';
$string['privacy:metadata:queue'] = 'Gebeurtenissen voor de adapter: over inschrijvingen, voltooiingen, gebruikers, cursussen en items van databases. Bewaard tot een week na bezorging.';
$string['privacy:metadata:removed'] = 'Inschrijvingen die zijn verwijderd. 400 dagen bewaard.';
$string['privacy:metadata:timecreated'] = 'Wanneer het gebeurde.';
$string['privacy:metadata:timedelivered'] = 'Wanneer het bij de adapter is bezorgd.';
$string['privacy:metadata:timeend'] = 'Tot wanneer de inschrijving gold.';
$string['privacy:metadata:timeheld'] = 'Wanneer de inschrijving is opgeschort.';
$string['privacy:metadata:timeremoved'] = 'Wanneer de inschrijving is verwijderd.';
$string['privacy:metadata:timestart'] = 'Vanaf wanneer de inschrijving gold.';
$string['privacy:metadata:userenrolmentid'] = 'Het id van de inschrijving.';
$string['privacy:metadata:userid'] = 'Het id van de gebruiker over wie het gaat.';
$string['privacy:path:held'] = 'Aangehouden inschrijvingen';
$string['privacy:path:queue'] = 'Gebeurtenissen voor de adapter';
$string['privacy:path:removed'] = 'Verwijderde inschrijvingen';
$string['queue'] = 'Gebeurtenissen naar de adapter';
$string['queueempty'] = 'Er zijn hier geen gebeurtenissen.';
$string['queueoff'] = 'Bezorgen staat uit: gebeurtenissen blijven hier.';
$string['queuewaiting'] = 'In de wachtrij: {$a}.';
$string['sendall'] = 'Alles in de wachtrij bij de volgende cron versturen';
$string['sendallplanned'] = 'Alle gebeurtenissen in de wachtrij worden bij de volgende cron verstuurd, binnen een minuut.';
$string['sendnow'] = 'Nu versturen';
$string['sendnowbusy'] = 'De gebeurtenis is intussen bezorgd, of er wordt op dit moment bezorgd.';
$string['sendnowdone'] = 'De adapter heeft de gebeurtenis.';
$string['sendnowfailed'] = 'De adapter nam de gebeurtenis niet aan: {$a}';
$string['settings'] = 'Opleidingsbeleid: instellingen';
$string['setup'] = 'De adapter aansluiten';
$string['setupaccount'] = 'Het account "{$a}" met die rol, met toegang tot de service';
$string['setupcli'] = 'Zegt wat de adapter op deze site nodig heeft.

--make    maakt wat ontbreekt
--token   drukt een nieuw token voor het account van de adapter af, en niets anders
--help    deze tekst

Zonder opties staan er de instellingen voor de adapter, of wat er ontbreekt (exitcode 1).';
$string['setupcoursefields'] = 'Cursusvelden: {$a}';
$string['setupemployeefield'] = 'Het profielveld met het personeelsnummer: {$a}';
$string['setupfirstname'] = 'Opleidingsbeleid';
$string['setuplastname'] = '(automatisch)';
$string['setupmade'] = 'Alles wat de adapter nodig heeft, is er.';
$string['setupmake'] = 'Maak wat ontbreekt, en een token';
$string['setupmissing'] = 'Ontbreekt';
$string['setupnewtoken'] = 'Maak een nieuw token';
$string['setupreport'] = 'Deelnemers voor de adapter van het opleidingsbeleid';
$string['setuprole'] = 'De rol van de adapter, met haar rechten';
$string['setupsettings'] = 'De instellingen van de adapter, naast dat bestand:';
$string['setupthere'] = 'Aanwezig';
$string['setuptoken'] = 'Het token. Het is alleen nu te zien: zet het in het bestand dat ODWH_MOODLE_TOKEN_FILE noemt.';
$string['setuptokens'] = 'Een token blijft werken tot het wordt verwijderd onder "Server, Beheer tokens".';
$string['setupwebservices'] = 'Webservices, met het protocol REST en de authenticatie van dat account';
$string['showdelivered'] = 'Toon gebeurtenissen die de afgelopen week zijn bezorgd';
$string['showwaiting'] = 'Toon gebeurtenissen in de wachtrij';
$string['taskcleanup'] = 'Oude bezorgde gebeurtenissen en verwijderde inschrijvingen opruimen';
$string['taskdeliver'] = 'Gebeurtenissen bij de adapter bezorgen';
$string['undeliveredbody'] = 'Gebeurtenissen van deze site bereiken de adapter van het opleidingsbeleid niet. In de wachtrij: {$a->count}, de oudste sinds {$a->since}.

Laatste fout: {$a->error}

De gebeurtenissen blijven in de wachtrij en worden opnieuw geprobeerd, ten minste elke twaalf uur. Bekijk ze hier:
{$a->url}';
$string['undeliveredsubject'] = 'Opleidingsbeleid: {$a->count} gebeurtenissen wachten op de adapter';
$string['uninstalled'] = 'De plugin "Opleidingsbeleid" is verwijderd. Daarmee zijn ook de wachtrij (gebeurtenissen die niet waren bezorgd: {$a}), de lijst van verwijderde inschrijvingen en de lijst van door haar opgeschorte inschrijvingen weg. Die inschrijvingen blijven opgeschort. Voer "odwh-adapter sync enrolments" uit: de adapter leest dan wat hem niet is verteld.';
$string['webhooksecret'] = 'Ondertekeningsgeheim';
$string['webhooksecret_desc'] = 'Hieraan herkent de adapter gebeurtenissen van deze site: hetzelfde als ODWH_MOODLE_PLUGIN_SECRET van de adapter. Het begint met whsec_, gevolgd door 24 tot 64 willekeurige bytes in base64. Maak er een met: echo "whsec_$(openssl rand -base64 32)"';
