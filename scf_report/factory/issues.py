"""Issues: reading them, acting on them, their pictures, and who has reported what."""

from urllib.parse import urlsplit

from scf_report.clients.pictures import Pictures, Uncounted
from scf_report.clients.transport import Transport
from scf_report.factory.accounts import make_grants
from scf_report.factory.core import SANDBOX_ROOT, Core, user_agent
from scf_report.storage.cache import ReadCache
from scf_report.storage.own_reports import OwnReports
from scf_report.usecases.act_on_issue import ActOnIssue
from scf_report.usecases.fetch_picture import FetchPicture
from scf_report.usecases.my_reports import MyReports
from scf_report.usecases.read_issue import ReadIssue
from scf_report.web.parts import Issues


def make_issues(core: Core) -> Issues:
    """Make what the pages about issues need."""
    grants = make_grants(core)
    # In the database, whatever else is kept in Redis: pictures are large, and acts must not be lost.
    kept = ReadCache(core.database, core.endpoint.name)
    own = OwnReports(core.database, core.endpoint.name)
    return Issues(
        read=ReadIssue(core.apiv2, core.cache, grants),
        act=ActOnIssue(core.apiv2, grants, kept),
        pictures=FetchPicture(_pictures(core), kept, core.sealer),
        mine=MyReports(core.apiv2, grants, own, core.tracker()),
    )


def _pictures(core: Core) -> Pictures:
    """Reach the pictures of the upstream's own host; those of the sandbox stand below our own address."""
    parts = urlsplit(core.endpoint.api_root)
    root = f"{parts.scheme}://{parts.netloc}"
    address = f"{core.settings.site}/sandbox" if core.settings.is_demo else root
    door = Transport(
        SANDBOX_ROOT if core.settings.is_demo else root,
        user_agent=user_agent(core.settings),
        budget=Uncounted(),
        http=core.http,
    )
    return Pictures(address, door)
