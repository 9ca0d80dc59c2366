"""Whether the disk under a case is encrypted, on disks made up as `/proc` and `/sys` tell of them."""

from __future__ import annotations

import sys

import pytest
from tomoshibi.casefile.disk_encryption import Encryption, encryption_of

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc and /sys are Linux's")


@pytest.fixture
def system(tmp_path):
    """Return `system(mounts, devices)`: a root with these, {device: (name, uuid, names of the devices below)}."""

    def made(mounts, devices):
        root = tmp_path / "root"
        (root / "proc/self").mkdir(parents=True)
        lines = [f"{n} 1 {device} / {place} rw - {kind} {source} rw" for n, (device, place, kind, source) in mounts]
        (root / "proc/self/mountinfo").write_text("\n".join(lines), encoding="utf-8")
        for folder in ("sys/dev/block", "sys/class/block", "sys/devices"):
            (root / folder).mkdir(parents=True)
        for device, (name, uuid, _) in devices.items():
            own = root / "sys/devices" / name
            (own / "slaves").mkdir(parents=True)
            if uuid:
                (own / "dm").mkdir()
                (own / "dm/uuid").write_text(uuid)
            (root / "sys/dev/block" / device).symlink_to(own)
            (root / "sys/class/block" / name).symlink_to(own)
        for name, _, below in devices.values():
            for other in below:
                (root / "sys/devices" / name / "slaves" / other).symlink_to(root / "sys/devices" / other)
        return root

    return made


def state(tmp_path, system, mounts, devices):
    folder = tmp_path / "a case"
    folder.mkdir()
    placed = [(device, place or str(folder).replace(" ", "\\040"), kind, src) for device, place, kind, src in mounts]
    return encryption_of(folder, system(list(enumerate(placed)), devices)).state


PLAIN = {"8:1": ("sda1", "", [])}
LUKS = {"253:0": ("dm-0", "CRYPT-LUKS2-1234-home", ["sda1"]), **PLAIN}
LVM_ON_LUKS = {"253:1": ("dm-1", "LVM-abc", ["dm-0"]), **LUKS}
HALF = {"253:1": ("dm-1", "LVM-abc", ["dm-0", "sda1"]), **LUKS}


@pytest.mark.parametrize(
    ("mounts", "devices", "expected"),
    [
        ([("8:1", "/", "ext4", "/dev/sda1")], PLAIN, "no"),
        ([("253:0", "/", "ext4", "/dev/mapper/home")], LUKS, "yes"),
        ([("253:1", "/", "xfs", "/dev/mapper/vg-home")], LVM_ON_LUKS, "yes"),
        ([("253:1", "/", "xfs", "/dev/mapper/vg-home")], HALF, "no"),
        ([("8:1", "/", "ext4", "/dev/sda1"), ("253:0", "", "ext4", "/dev/mapper/x")], LUKS, "yes"),
        ([("253:0", "/", "ext4", "/dev/mapper/x"), ("8:1", "", "ext4", "/dev/sda1")], LUKS, "no"),
        ([("0:40", "/", "btrfs", "/dev/dm-0")], LUKS, "yes"),
        ([("0:40", "/", "btrfs", "/dev/sda1")], PLAIN, "no"),
        ([("0:50", "/", "nfs4", "server:/share")], PLAIN, "unknown"),
        ([("0:51", "/", "zfs", "pool/data")], PLAIN, "unknown"),
        ([("0:52", "/", "tmpfs", "tmpfs")], PLAIN, "unknown"),
        ([("0:53", "", "fuse.gocryptfs", "/data/x.enc"), ("8:1", "/", "ext4", "/dev/sda1")], PLAIN, "yes"),
        ([], PLAIN, "unknown"),
    ],
)
def test_only_what_is_encrypted_down_to_every_disk_is_called_so(tmp_path, system, mounts, devices, expected):
    assert state(tmp_path, system, mounts, devices) is Encryption(expected)


def test_a_folder_beside_the_encrypted_one_whose_name_begins_alike_is_not_taken_for_it(tmp_path, system):
    mounts = [("8:1", "/", "ext4", "/dev/sda1"), ("253:0", str(tmp_path / "a"), "ext4", "/dev/mapper/x")]
    assert state(tmp_path, system, mounts, LUKS) is Encryption.NO


def test_devices_that_stand_on_each_other_end(tmp_path, system):
    circle = {"253:0": ("dm-0", "LVM-a", ["dm-1"]), "253:1": ("dm-1", "LVM-b", ["dm-0"])}
    assert state(tmp_path, system, [("253:0", "/", "ext4", "/dev/dm-0")], circle) is Encryption.NO


def test_this_machine_is_told_without_a_fault(tmp_path):
    assert str(encryption_of(tmp_path).words)
