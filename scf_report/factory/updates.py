"""What follows deliveries: the city's records are watched, and updates are sent by e-mail."""

import dataclasses
import random
import secrets

from flask import Flask

from scf_report.clients.mail import Mailer
from scf_report.factory.accounts import make_grants
from scf_report.factory.core import Core
from scf_report.observability import log
from scf_report.storage.comment_watches import CommentWatches
from scf_report.storage.mail_queue import MailQueue
from scf_report.storage.mailbox import Mailbox
from scf_report.usecases.send_mail import SendMail
from scf_report.usecases.watch_comments import WatchComments
from scf_report.usecases.watch_status import WatchStatus
from scf_report.web.letters import LetterWriter
from scf_report.worker import Worker


def make_mailbox(core: Core) -> Mailbox:
    """Make the keeper of who wants updates."""
    return Mailbox(core.database, core.sealer, core.endpoint.name)


def make_statuses(core: Core) -> WatchStatus:
    """Make the watcher of the city's records."""
    return WatchStatus(core.watches(), core.gateway, log())


def make_comments(core: Core) -> WatchComments:
    """Make the reader of comments on reports that somebody follows."""
    endpoint, same_ids = core.endpoint.name, core.endpoint.same_type_ids
    watches = CommentWatches(core.database, core.sealer, endpoint, same_ids=same_ids)
    return WatchComments(watches, core.apiv2, log())


def make_mailer(core: Core) -> Mailer | None:
    """Make the way to the mail server, None without one."""
    server = core.settings.mail_server
    return Mailer(server, core.endpoint.brand) if server else None


def make_sender(core: Core, app: Flask) -> SendMail | None:
    """Make one worker's hands for mail, None without a mail server. Messages link to ``app``'s pages."""
    mailer, site = make_mailer(core), core.settings.public_url
    if mailer is None or site is None:
        return None
    return SendMail(
        MailQueue(core.database, core.sealer, core.endpoint.name, secrets.token_hex(12)),
        mailer,
        LetterWriter(app, site, core.endpoint.brand),
        random.random,
        core.now,
        log(),
    )


def make_worker(core: Core, app: Flask) -> Worker:
    """Make one worker that does all there is to do."""
    statuses, sender = make_statuses(core), make_sender(core, app)
    # Watching makes calls, but no outcome whose transaction would count them.
    beside = [core.counts.settle, statuses.run_once]
    if sender is not None:
        beside += [make_comments(core).run_once, sender.run_once]
    return dataclasses.replace(core.worker(make_grants(core)), beside=beside)
