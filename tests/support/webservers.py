# SPDX-License-Identifier: GPL-3.0-or-later
"""Real web servers in front of Comptoir, from the sample configurations in cgi-bin/, on a free loopback port.

    with webservers.start("nginx", socket="/run/x.sock", prefix="/reserver") as server:
        requests.get(server.url + "/healthz")       # url ends with the prefix

Kinds: nginx, apache, lighttpd, caddy (FastCGI: give `socket`), apache-cgi, lighttpd-cgi (give `cgi`, the path of
comptoir.fcgi, and `config`), lighttpd-spawn (lighttpd starts comptoir.fcgi: `cgi`, `config` and `socket`).
As root the servers run as root where they let themselves, Apache as the owner of the socket.
"""
import os
import pathlib
import shutil
import signal
import socket as sockets
import subprocess
import tempfile
import time

import pytest

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "cgi-bin"
PROGRAMS = {"nginx": "nginx", "apache": "apache2", "lighttpd": "lighttpd", "caddy": "caddy"}
KINDS = ["nginx", "apache", "lighttpd", "caddy"]
APACHE_MODULES = "/usr/lib/apache2/modules"
SAMPLE_SOCKET = "/run/comptoir/comptoir.sock"
SAMPLE_PROGRAM = "/usr/lib/cgi-bin/comptoir.fcgi"
SAMPLE_CONFIG = "/etc/comptoir/comptoir.ini"


def program(kind):
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return shutil.which(PROGRAMS[kind.partition("-")[0]], path=path)


def available(kind):
    return program(kind) is not None


# The kinds behind which it is tested what a web server can change. The same objects each time: by them, and not by what they
# say, pytest knows again an installation that is running.
EVERY = os.environ.get("COMPTOIR_WEB", "nginx apache lighttpd").split()


def one():
    """A kind that is here, for what no web server changes."""
    kind = next(filter(available, EVERY), None)
    return kind or pytest.skip("no web server is installed")


def replace(text, old, new):
    """A substitution that must find something: a sample that changed is noticed."""
    assert old in text, f"the sample has no {old!r}"
    return text.replace(old, new)


def free_port():
    with sockets.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def nginx(folder, port, o):
    sample = replace((SAMPLES / "comptoir.nginx.conf").read_text(), SAMPLE_SOCKET, o["socket"])
    if o["prefix"]:
        sample = replace(sample, "location / {", "location %s {" % o["prefix"])
    (folder / "sample.conf").write_text(sample)
    temporary = "".join(f"\t{name}_temp_path {folder}/{name};\n"
                        for name in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))
    (folder / "nginx.conf").write_text(
        ("user root;\n" if os.geteuid() == 0 else "") +
        f"daemon off;\nworker_processes 2;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        "events { worker_connections 512; }\n"
        f"http {{\n{temporary}\taccess_log off;\n\tserver {{\n\t\tlisten 127.0.0.1:{port};\n"
        f"\t\tinclude {folder}/sample.conf;\n\t}}\n}}\n")
    return ["-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]


def apache_user(o):
    if os.geteuid() != 0:
        return ""
    st = os.stat(o["socket"]) if o.get("socket") else None
    uid, gid = (st.st_uid, st.st_gid) if st and st.st_uid else (65534, 65534)
    if st and not st.st_uid:
        os.chown(o["socket"], 0, gid)
    return f"User \"#{uid}\"\nGroup \"#{gid}\"\n"


def apache(folder, port, o, cgi=False):
    modules = ["mpm_event", "authz_core", "headers", "setenvif", "env"]
    if cgi:
        sample = (SAMPLES / "comptoir-cgi.apache.conf").read_text()
        sample = replace(replace(sample, SAMPLE_PROGRAM, o["cgi"]), SAMPLE_CONFIG, o["config"])
        modules += ["alias", "cgid"]
        if o["prefix"]:
            sample = replace(sample, 'ScriptAlias "/" "%s/"' % o["cgi"],
                             'ScriptAlias "%s" "%s"' % (o["prefix"], o["cgi"]))
    else:
        sample = replace((SAMPLES / "comptoir.apache.conf").read_text(), SAMPLE_SOCKET, o["socket"])
        modules += ["proxy", "proxy_fcgi"]
        if o["prefix"]:
            sample = replace(sample, 'ProxyPass "/"', 'ProxyPass "%s"' % o["prefix"])
            sample = replace(sample, "fcgi://comptoir/", "fcgi://comptoir" + o["prefix"])
    if o["prefix"]:
        sample = replace(sample, '<Location "/">', '<Location "%s">' % o["prefix"])
    (folder / "sample.conf").write_text(sample)
    (folder / "empty").mkdir(exist_ok=True)
    load = "".join(f"LoadModule {m}_module {APACHE_MODULES}/mod_{m}.so\n" for m in modules)
    environment = "".join(f"SetEnv {k} \"{v}\"\n" for k, v in o["environment"].items()) if cgi else ""
    (folder / "apache.conf").write_text(
        f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\n{load}{apache_user(o)}"
        f"PidFile {folder}/apache.pid\nDefaultRuntimeDir {folder}\nErrorLog {folder}/error.log\n"
        f"DocumentRoot {folder}/empty\nStartServers 2\nThreadsPerChild 32\nMaxRequestWorkers 64\n"
        "KeepAliveTimeout 60\nMaxKeepAliveRequests 0\n"           # a slow test meets no connection that is just closed
        + (f"ScriptSock {folder}/cgid.sock\n" if cgi else "") +
        f"<VirtualHost *:{port}>\n{environment}Include {folder}/sample.conf\n</VirtualHost>\n")
    if os.geteuid() == 0:
        os.chmod(folder, 0o755)
    return ["-d", str(folder), "-f", f"{folder}/apache.conf", "-DFOREGROUND"]


def apache_cgi(folder, port, o):
    return apache(folder, port, o, cgi=True)


def lighttpd(folder, port, o, cgi=False, spawn=False):
    sample = (SAMPLES / ("comptoir-cgi.lighttpd.conf" if cgi else "comptoir.lighttpd.conf")).read_text()
    if cgi:
        sample = replace(replace(sample, SAMPLE_PROGRAM, o["cgi"]), SAMPLE_CONFIG, o["config"])
        if o["prefix"]:
            sample = replace(sample, '"/" => "%s/"' % o["cgi"], '"%s" => "%s"' % (o["prefix"], o["cgi"]))
        for name, value in o["environment"].items():
            sample = replace(sample, '"COMPTOIR_CONFIG" =>', f'"{name}" => "{value}", "COMPTOIR_CONFIG" =>')
    else:
        sample = replace(sample, SAMPLE_SOCKET, o["socket"])
        if o["prefix"]:
            sample = replace(sample, '"/" => ((', '"%s" => ((' % o["prefix"])
    if spawn:
        environment = {"COMPTOIR_CONFIG": o["config"], **o["environment"]}
        sample = replace(sample, '# "bin-path" => "%s", "max-procs" => 1,' % SAMPLE_PROGRAM,
                         '"bin-path" => "%s", "max-procs" => 1, "bin-environment" => ( %s ),' % (
                             o["cgi"], ", ".join(f'"{k}" => "{v}"' for k, v in environment.items())))
    (folder / "sample.conf").write_text(sample)
    (folder / "empty").mkdir(exist_ok=True)
    (folder / "lighttpd.conf").write_text(
        f"server.bind = \"127.0.0.1\"\nserver.port = {port}\nserver.document-root = \"{folder}/empty\"\n"
        f"server.errorlog = \"{folder}/error.log\"\nserver.upload-dirs = ( \"{folder}\" )\n"
        "server.max-keep-alive-idle = 60\nserver.max-keep-alive-requests = 100000\n"      # as with Apache
        f"include \"{folder}/sample.conf\"\n")
    return ["-D", "-f", f"{folder}/lighttpd.conf"]


def lighttpd_cgi(folder, port, o):
    return lighttpd(folder, port, o, cgi=True)


def lighttpd_spawn(folder, port, o):
    return lighttpd(folder, port, o, spawn=True)


def caddy(folder, port, o):
    sample = replace((SAMPLES / "comptoir.caddy").read_text(), "unix/" + SAMPLE_SOCKET, "unix/" + o["socket"])
    if o["prefix"]:
        sample = replace(sample, "\nhandle {", "\nhandle %s* {" % o["prefix"])
    (folder / "sample.caddy").write_text(sample)
    (folder / "Caddyfile").write_text(
        "{\n\tadmin off\n\tauto_https off\n}\n"
        f"http://127.0.0.1:{port} {{\n\tbind 127.0.0.1\n\timport {folder}/sample.caddy\n}}\n")
    return ["run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


MAKERS = {"nginx": nginx, "apache": apache, "apache-cgi": apache_cgi, "lighttpd": lighttpd,
          "lighttpd-cgi": lighttpd_cgi, "lighttpd-spawn": lighttpd_spawn, "caddy": caddy}


class WebServer:
    """A running web server; `url` has no slash at its end. A context manager."""

    def __init__(self, kind, folder, port, prefix, process):
        self.kind, self.folder, self.port, self.process = kind, folder, port, process
        self.root = f"http://127.0.0.1:{port}"
        self.url = self.root + prefix

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def log(self):
        return "".join(p.read_text(errors="replace") for p in
                       (self.folder / "error.log", self.folder / "output.log") if p.exists())

    def answers(self):
        with sockets.socket() as s:
            s.settimeout(1)
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, seconds=20):
        """Ends the server by its pid and removes its files. Returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode


def _launch(kind, folder, port, options):
    arguments = MAKERS[kind](folder, port, options)
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with open(folder / "output.log", "ab") as output:
        process = subprocess.Popen([program(kind), *arguments], stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, env=environment, cwd=folder)
    return WebServer(kind, folder, port, options["prefix"], process)


def start(kind, socket=None, cgi=None, config=None, prefix="", environment=None, seconds=30, port=0):
    """Starts a web server and waits until it accepts connections. `prefix` is "" or "/path"; `port` 0: a free one."""
    options = {"socket": socket and str(socket), "cgi": cgi and str(cgi), "config": config and str(config),
               "prefix": prefix, "environment": environment or {}}
    said = ""
    for _ in range(5):                          # another process may take the port before the server does
        folder = pathlib.Path(tempfile.mkdtemp(prefix="ct-web-"))
        server = _launch(kind, folder, port or free_port(), options)
        until = time.monotonic() + seconds
        while time.monotonic() < until and server.process.poll() is None:
            if server.answers():
                return server
            time.sleep(0.05)
        said = server.log()
        server.stop()
        if "ddress already in use" not in said:
            break
    raise RuntimeError(f"{kind} did not start:\n{said}")
