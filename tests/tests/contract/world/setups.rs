//! What was done in a world before its cases, by name.

use rusqlite::Connection;

use super::World;

impl World {
    pub(super) fn build(setup: &str) -> Self {
        let plays = match setup {
            _ if setup.starts_with("account-bound") => "tidewater",
            "registering-product" => "focusrite",
            _ if setup.starts_with("registering") || setup == "unsaid-activated" => "arturia",
            _ => "sleeve",
        };
        let mut world = Self::empty(plays);
        match setup {
            "fresh" | "account-bound" => {}
            "vendor-added" | "account-bound-added" => world.add_vendor(),
            "two-vendors" => {
                world.add_vendor();
                world.add_second_vendor();
            }
            "usage-shared" => world.share_usage(),
            "usage-counted" => {
                world.share_usage();
                world.use_a_plug_in();
            }
            "usage-sent" => {
                world.share_usage();
                world.use_a_plug_in();
                world.run(&["usage", "send", "--yes"]);
            }
            "usage-to-erase" => {
                world.share_usage();
                world.use_a_plug_in();
                world.run(&["usage", "send", "--yes"]);
                // The yes for the request is missing, so the wish waits.
                let ran = world.cli().run(["usage", "withdraw", "--erase"]);
                assert_eq!(ran.code(), Some(2), "{ran:?}");
            }
            "two-vendors-activated" => {
                world.activate_kept("free");
                world.name_what_is_installed();
                world.add_second_vendor();
            }
            "forgotten" => {
                world.activate_kept("free");
                world.name_what_is_installed();
                world.run(&["license", "deactivate", "{license_id}", "--yes"]);
                world.run(&["vendor", "remove", "sleeve", "--yes"]);
            }
            "same-id" => {
                world.add_vendor();
                world.run(&["vendor", "add", "{work}/other-root.toml", "--yes"]);
            }
            // Each was asked about a key of its own, at its own server.
            "same-id-asked" => {
                world.activate("free");
                let other = world.add_namesake();
                let key = world.sandboxes[1].key("free");
                world.run(&["license", "activate", &key, "--vendor", &other, "--yes"]);
            }
            // As after a home whose folder of the store is gone.
            "store-lost" => {
                world.activate_kept("free");
                std::fs::remove_dir_all(world.home.path().join("store")).unwrap();
            }
            "damaged" => {
                world.add_vendor();
                world.add_second_vendor();
                let db = Connection::open(world.home.path().join("store/store.db")).unwrap();
                db.execute_batch("UPDATE vendor SET file = x'00' WHERE vendor = 'sleeve'").unwrap();
            }
            "signed-in" => {
                world.passphrase = true;
                world.sign_in();
            }
            "account-bound-signed-in" => {
                world.passphrase = true;
                world.sign_in();
            }
            // As if the account had but two licenses, which never end.
            "account-bound-signed-in-two" => {
                world.passphrase = true;
                world.sign_in();
                world.edit_store("DELETE FROM owned WHERE key_hint NOT IN ('FREE', 'SAFE')");
            }
            // As if the account had but one license.
            "signed-in-one" => {
                world.passphrase = true;
                world.sign_in();
                world.edit_store("DELETE FROM owned WHERE key_hint != 'FREE'");
            }
            "signed-in-all-here" => {
                world.passphrase = true;
                world.sign_in();
                world.edit_store("DELETE FROM owned WHERE key_hint != 'FREE'");
                world.activate("free");
            }
            "signed-in-refused" => {
                world.passphrase = true;
                world.sign_in();
                world.edit_store("DELETE FROM owned WHERE key_hint NOT IN ('HALT', 'FULL')");
            }
            // And the list of the full one's seats was read.
            "signed-in-refused-listed" => {
                world.passphrase = true;
                world.sign_in();
                world.edit_store("DELETE FROM owned WHERE key_hint NOT IN ('HALT', 'FULL')");
                world.run(&["license", "seats", "{key:full}", "--yes"]);
            }
            "full-listed" => {
                world.add_vendor();
                world.run(&["license", "seats", "{key:full}", "--yes"]);
            }
            "signed-in-unread" => {
                world.passphrase = true;
                world.sign_in();
                world.edit_store("UPDATE account SET licenses_read_at = NULL");
            }
            "two-vendors-one-signed-in" => {
                world.passphrase = true;
                world.sign_in();
                world.add_second_vendor();
            }
            "two-vendors-signed-in" => {
                world.passphrase = true;
                world.sign_in();
                world.add_second_vendor();
                world.sign_in_by(&world.cli().env("GATEFOLD_VENDOR", "tidewater"));
            }
            "two-vendors-one-unreachable" => {
                world.passphrase = true;
                world.sign_in();
                world.add_second_vendor();
                world.sign_in_by(&world.cli().env("GATEFOLD_VENDOR", "tidewater"));
                world.end_sandbox(1);
            }
            // One of the account's licenses is here, and of another what was remembered is damaged.
            "signed-in-activated" => {
                world.passphrase = true;
                world.sign_in();
                world.activate("free");
                world.edit_store("UPDATE owned SET terms = 'borrowed' WHERE key_hint = 'HALT'");
            }
            // As when the passphrase, or the keyring, is gone with all that was in it.
            "signed-in-unkept" => {
                world.passphrase = true;
                world.sign_in();
                world.passphrase = false;
                for name in ["secrets.age", "secrets.key.age"] {
                    std::fs::remove_file(world.home.path().join("store").join(name)).unwrap();
                }
            }
            "registering-nobody" => world.add_vendor(),
            "registering" | "registering-product" => {
                world.passphrase = true;
                world.sign_in();
            }
            "registering-again" => {
                world.passphrase = true;
                world.sign_in();
                let box_held = ["--serial", "DEMO-SERIAL-REGA", "--unlock-code", "DEMO-CODE-REGA"];
                world.run(&[&["license", "register", "--yes"], &box_held[..]].concat());
            }
            "registering-unreachable" => {
                world.passphrase = true;
                world.sign_in();
                world.end_sandboxes();
            }
            // As a crash leaves it between the claim and the reading of the list.
            "registering-open" => {
                world.passphrase = true;
                world.sign_in();
                world.edit_store("UPDATE account SET licenses_read_at = '2020-01-01T00:00:00.000Z'");
                world.edit_store(
                    "INSERT INTO intent (id, kind, vendor, root, license_id, product, started_at)
                     SELECT zeroblob(16), 'register', vendor, root, 'registration', '', '2020-01-02T00:00:00.000Z'
                     FROM account",
                );
            }
            "trying" => world.try_product(),
            // The vendor lets it end, and it is given back.
            "trying-ended" => {
                world.try_product();
                world.run(&["license", "deactivate", "{machine_id}", "--yes"]);
                world.end_trial();
            }
            "giving" => {
                world.passphrase = true;
                world.sign_in();
                world.activate("free");
            }
            "giving-held-elsewhere" => {
                world.activate_elsewhere("free");
                world.passphrase = true;
                world.sign_in();
                world.activate("free");
            }
            // It was bought just now.
            "giving-early" => {
                world.passphrase = true;
                world.sign_in();
                world.activate("free");
                world.bought_now("free");
            }
            "giving-open" => {
                world.passphrase = true;
                world.sign_in();
                world.edit_store("UPDATE account SET licenses_read_at = '2020-01-01T00:00:00.000Z'");
                world.edit_store(
                    "INSERT INTO intent (id, kind, vendor, root, license_id, product, started_at)
                     SELECT zeroblob(16), 'transfer', vendor, root, '00000000-0000-4000-8000-000000000001',
                     '5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101', '2020-01-02T00:00:00.000Z' FROM account",
                );
            }
            // As a lost answer leaves it.
            "trying-open" => {
                world.add_vendor();
                world.edit_store(
                    "INSERT INTO intent (id, kind, vendor, root, license_id, product, started_at)
                     SELECT zeroblob(16), 'trial', vendor, root, 'trial', '5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0104',
                     '2020-01-02T00:00:00.000Z' FROM vendor",
                );
            }
            "activated" | "account-bound-activated" | "unsaid-activated" => world.activate_kept("free"),
            "activated-here-and-elsewhere" => {
                world.activate_elsewhere("free");
                world.activate_kept("free");
            }
            "seats-read" => {
                world.activate_elsewhere("free");
                world.activate_kept("free");
                world.name_what_is_installed();
                world.run(&["license", "seats", "{license_id}", "--yes"]);
            }
            // The license was never on this computer.
            "held-elsewhere" => {
                world.activate_elsewhere("free");
                world.add_vendor();
            }
            "held-elsewhere-read" => {
                world.activate_elsewhere("free");
                world.add_vendor();
                world.run(&["license", "seats", "{key:free}", "--yes"]);
            }
            // The one seat there is.
            "one-seat-elsewhere" => {
                world.activate_elsewhere("one_seat");
                world.add_vendor();
            }
            // Released elsewhere, and asked about since.
            "seat-gone" => {
                world.activate_kept("free");
                world.name_what_is_installed();
                world.run(&["license", "seats", "{license_id}", "--yes"]);
                world.release_by_another();
                assert_eq!(world.cli().run(["license", "refresh", "--yes"]).code(), Some(3));
            }
            "activated-unkept" => world.activate("free"),
            "subscribed" => world.activate_kept("subscription"),
            "one-seat" => world.activate_kept("one_seat"),
            "suspended" => {
                world.activate_kept("free");
                world.suspend();
            }
            "revoked" => {
                world.activate_kept("free");
                world.suspend();
                assert_eq!(world.cli().run(["license", "refresh", "--yes"]).code(), Some(3));
            }
            "two-activated" => world.activate_two(),
            "one-of-two-suspended" => {
                world.activate_two();
                world.suspend();
            }
            // The seat is taken, and the shelf then has no room for the file.
            "unfinished" => {
                world.add_vendor();
                world.add_second_vendor();
                world.leave_unfinished();
            }
            "unreachable" => {
                world.activate_kept("free");
                world.end_sandboxes();
            }
            "unreachable-tried" => {
                world.activate_kept("free");
                world.end_sandboxes();
                assert_eq!(world.cli().run(["license", "refresh", "--yes"]).code(), Some(1));
            }
            "exported" => {
                world.activate_kept("free");
                world.run(&["ledger", "export", "first.json", "--yes"]);
            }
            "erased" => {
                world.activate_kept("free");
                world.run(&["ledger", "erase", "2", "--yes"]);
            }
            "edited" => {
                world.activate_kept("free");
                world.edit_ledger("UPDATE record SET at_ms = at_ms + 1 WHERE entry = 2 AND outcome IS NULL");
            }
            "forged" => {
                world.activate_kept("free");
                world.edit_ledger(
                    "UPDATE body SET bytes = CAST(replace(bytes, 'studio', 'hacked') AS BLOB)
                     WHERE seq = (SELECT entry_seq FROM line WHERE id = 2)",
                );
            }
            "cut" => {
                world.activate_kept("free");
                world.cut_ledger();
            }
            "signed-in-cut" => {
                world.passphrase = true;
                world.sign_in();
                world.cut_ledger();
            }
            // Records go, their lines stay.
            "records-gone" => {
                world.activate_kept("free");
                world.edit_ledger("DELETE FROM record WHERE entry = (SELECT max(entry) FROM record)");
            }
            "ledger-damaged" => {
                world.activate_kept("free");
                let file = world.home.path().join("ledger/ledger.db");
                std::fs::write(
                    file,
                    "no ledger any more, but longer than the head of a database file. ".repeat(4),
                )
                .unwrap();
            }
            "ledger-schema-damaged" => {
                world.activate_kept("free");
                world.edit_ledger("ALTER TABLE record RENAME TO recorded");
            }
            "proxy-damaged" => {
                world.activate_kept("free");
                world.edit_store("INSERT INTO setting VALUES ('proxy', '7')");
            }
            "journal-damaged" => {
                world.add_vendor();
                world.add_second_vendor();
                world.leave_unfinished();
                world.edit_store("UPDATE intent SET kind = 'steal'");
                std::fs::create_dir(world.home.path().join("store/intents/@eaDir")).unwrap();
            }
            other => panic!("no setup {other:?}"),
        }
        world.name_what_is_installed();
        world
    }

    /// A product is tried, and its license kept.
    fn try_product(&mut self) {
        self.passphrase = true;
        self.add_vendor();
        self.run(&["license", "trial", "paper-moon", "--device-name", "studio", "--yes"]);
        self.name_what_is_installed();
    }

    /// The trial is over, as its vendor sees it.
    fn end_trial(&self) {
        let sandbox = &self.sandboxes[0];
        sandbox.ends_at(&sandbox.trials()[0], "2020-01-02T03:04:05.000Z");
    }

    /// As if it had been bought this very moment.
    fn bought_now(&self, state: &str) {
        let sandbox = &self.sandboxes[0];
        let db = Connection::open(sandbox.data_dir().join("sandbox.db")).unwrap();
        let id = sandbox.license(state)["license_id"].as_str().unwrap();
        let sql = "UPDATE licenses SET created = strftime('%Y-%m-%dT%H:%M:%fZ') WHERE id = ?1";
        assert_eq!(db.execute(sql, [id]).unwrap(), 1);
    }
}
