"""Refusals of other things in the words of job rejections are none; the same employers' rejections still are."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from gmail_followup.mail.parse import parse
from gmail_followup.reading.decide import Reader
from gmail_followup.reading.senders import load_senders
from gmail_followup.reading.values import Verdict
from gmail_followup.rules.rule import load

PACKS = Path(__file__).resolve().parents[2] / "gmail_followup" / "rules" / "packs"

LETTERS = {
    "en": (
        "Your application",
        "Dear Robin,\n\nThank you for your interest. {}\n\nAfter careful consideration we regret to inform you that "
        "your application was not successful. We wish you all the best.\n\nKind regards\n",
    ),
    "de": (
        "Ihre Bewerbung",
        "Guten Tag,\n\nvielen Dank für Ihr Interesse. {}\n\nNach sorgfältiger Prüfung müssen wir Ihnen leider "
        "mitteilen, dass wir uns für andere Bewerber entschieden haben. Alles Gute.\n\nFreundliche Grüße\n",
    ),
    "fr": (
        "Votre candidature",
        "Bonjour,\n\nMerci de votre intérêt. {}\n\nAprès étude de votre dossier, nous ne pouvons malheureusement pas "
        "retenir votre candidature. Bonne continuation.\n\nCordialement\n",
    ),
    "es": (
        "Su solicitud",
        "Hola:\n\nGracias por su interés. {}\n\nTras una revisión cuidadosa, lamentamos informarle que su solicitud no "
        "ha sido aceptada. Le deseamos mucho éxito.\n\nUn saludo\n",
    ),
}

WORLDS = {
    "en": """You applied for a personal loan of 4,000 pounds.
You requested a higher limit on your credit card.
You asked us for a mortgage.
You applied to rent the flat in Mill Lane.
You asked for a room in our student housing.
The house went to another buyer.
Your insurance claim for the broken window was examined.
You applied for a tourist visa.
The permit for a garden shed was examined by the planning officer.
You applied for a driving licence.
You claimed housing benefit in March.
You applied for a travel grant.
The scholarship is meant for first-year students.
You applied to our MSc in Botany.
Your child was on the list for a nursery place.
You submitted a manuscript to our journal.
You sent us a short story for the winter issue.
You proposed a talk for our conference.
You sent your novel to our literary agency; we read your manuscript.
You submitted your app for review.
The extension did not pass the store's policy review, and your listing stays hidden.
You asked us to verify your account.
You wanted to open a seller account.
You applied to become an affiliate.
Your vendor registration lacks a tax number.
The tender was open to five bidders; your bid came second.
You pitched your startup to our fund.
You applied to our accelerator with your startup.
You applied for a stall at the Christmas market.
You took part in our photo contest.
You registered for the hackathon.
You ran at the tryouts in March.
You entered the ballot for the marathon.
You auditioned for the choir.
You applied to adopt a dog.
You wanted to join the tennis club as a member.
You asked to take part in our clinical trial.
You asked for early access to the beta programme.
You requested a refund for your ticket.
You opened a pull request with us.
You asked for annual leave in August; the leave request was looked at.
You applied for press accreditation.
You applied for an artist residency.
You booked a table for twelve, and the booking cannot be confirmed.""",
    "de": """Sie haben einen Kredit über 4.000 Euro beantragt.
Sie haben sich um die Wohnung in der Mühlgasse beworben.
Sie haben ein Visum beantragt.
Ihr Bauantrag wurde geprüft.
Sie haben sich um ein Stipendium beworben.
Sie haben sich um einen Studienplatz beworben.
Sie haben einen Kita-Platz gesucht.
Sie haben uns ein Manuskript geschickt.
Sie haben einen Vortrag für die Tagung eingereicht.
Sie wollten ein Händlerkonto eröffnen.
Ihre App wurde von uns geprüft, Ihre App wurde nicht freigegeben.
Sie haben uns Ihr Startup vorgestellt.
Sie wollten einen Stand auf dem Weihnachtsmarkt.
Sie haben sich für den Hackathon angemeldet.
Sie haben am Fotowettbewerb teilgenommen; die Jury hat entschieden.
Sie haben sich für einen Startplatz beim Marathon angemeldet.
Sie haben im Chor vorgesungen.
Sie wollten einen Hund aus dem Tierheim aufnehmen.
Sie wollten Mitglied werden, der Verein hat darüber beraten.
Sie haben einen Schaden gemeldet, die Versicherung hat geprüft: Versicherungsfall liegt keiner vor.
Sie haben Fördermittel beantragt.
Sie haben unser Ferienhaus angefragt.
Sie haben einen Antrag auf Wohngeld gestellt.
Sie haben sich um eine Künstlerresidenz beworben.
Ihr Angebot im Vergabeverfahren wurde geprüft.""",
    "fr": """Vous avez demandé un prêt personnel.
Vous souhaitiez louer l'appartement de la rue des Lilas.
Vous avez demandé un visa.
Vous avez demandé une bourse d'études.
Vous avez demandé votre admission en licence.
Vous cherchiez une place en crèche.
Vous nous avez envoyé un manuscrit.
Vous avez proposé une communication pour le colloque.
Vous vouliez ouvrir un compte vendeur.
Vous souhaitez devenir partenaire de notre réseau.
Vous avez présenté votre startup à notre fonds.
Vous avez demandé un emplacement au marché de Noël.
Vous avez participé au concours photo.
Vous vous êtes inscrit au hackathon.
Vous avez demandé un dossard pour le marathon.
Vous avez passé l'audition de la chorale.
Vous vouliez adopter un chien du refuge.
Vous avez demandé votre adhésion au club.
Vous avez déclaré un sinistre.
Vous avez demandé une subvention pour votre association.
Vous avez répondu à l'appel d'offres.
Vous avez demandé une résidence d'artiste.
Vous avez demandé un permis de construire.
Vous souhaitez devenir famille d'accueil.
Votre demande d'accès à la plateforme a été étudiée.""",
    "es": """Usted pidió un préstamo personal.
Usted quería alquilar el piso de la calle Olmo.
Usted pidió un visado.
Usted pidió una beca de estudios.
Usted pidió plaza en el máster.
Usted buscaba plaza en la guardería.
Usted nos envió un manuscrito.
Usted propuso una ponencia para el congreso.
Usted quería abrir una cuenta de vendedor.
Usted quería ser proveedor de la red.
Usted presentó su startup a nuestro fondo.
Usted pidió un puesto en el mercadillo navideño.
Usted participó en el concurso de fotos.
Usted se inscribió en el hackathon.
Usted pidió un dorsal para el maratón.
Usted hizo la audición del coro.
Usted quería adoptar un perro.
Usted quería ser socio del club.
Usted comunicó un siniestro.
Usted pidió una subvención.
Usted se presentó a la licitación.
Usted pidió una residencia artística.
Usted pidió una licencia de obra.
Usted pidió el registro en nuestra plataforma; su registro no fue validado.
Usted pidió usar el salón del condominio.""",
}

JOBS = {
    "en": """You applied for the position of Loan Officer at our bank.
You applied for the position of Admissions Counsellor at our university.
You applied for the role of Event Manager for our conference.
You interviewed with the hiring manager for the role of Visa Consultant.
You applied for the vacancy of Grants Officer at our foundation.
You applied for the role of Editor at our literary magazine, and sent us your CV.
You applied for the position of App Store Analyst.
You interviewed with us for the position of Swimming Coach at our tennis club, and we read your CV.""",
    "de": """Sie haben sich auf die Stelle als Kreditsachbearbeiterin beworben; Ihr Lebenslauf liegt uns vor.
Sie haben sich auf die Stelle als Hausmeister einer Wohnanlage beworben.
Sie haben sich auf die Stelle als Eventmanagerin beworben.""",
    "fr": """Vous avez postulé au poste de conseillère bancaire, et nous avons lu votre CV.
Vous avez postulé au poste de chargé d'événements, et nous avons lu votre lettre de motivation.""",
    "es": """Usted se postuló al puesto de gestora de becas y envió su currículum.
Usted se postuló a la vacante de organizador de eventos y tuvo una entrevista con el equipo.""",
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(PACKS, None), load_senders())


def read(reader: Reader, language: str, sentence: str) -> Verdict:
    subject, body = LETTERS[language]
    mail = EmailMessage()
    mail["From"] = "Office <office@lindenhall.example>"
    mail["Subject"] = subject
    mail["Message-ID"] = "<one@lindenhall.example>"
    mail.set_content(body.format(sentence))
    return reader.read(parse(bytes(mail)))


def cases(of: dict[str, str]) -> list[tuple[str, str]]:
    return [(language, sentence) for language, lines in of.items() for sentence in lines.splitlines()]


@pytest.mark.parametrize(("language", "sentence"), cases(WORLDS))
def test_what_is_refused_is_no_job(reader: Reader, language: str, sentence: str) -> None:
    verdict = read(reader, language, sentence)
    assert not verdict.is_rejection, [(e.rule, e.text, e.weight) for e in (*verdict.evidence, *verdict.against)]


@pytest.mark.parametrize(("language", "sentence"), cases(JOBS))
def test_a_job_in_that_world_is_one(reader: Reader, language: str, sentence: str) -> None:
    verdict = read(reader, language, sentence)
    assert verdict.is_rejection, [(e.rule, e.text, e.weight) for e in (*verdict.evidence, *verdict.against)]
