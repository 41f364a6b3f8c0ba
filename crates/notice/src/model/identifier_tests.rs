use super::*;

fn table<T: std::str::FromStr<Err = ScalarError>>(good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(text.parse::<T>().is_ok(), "{text:?}");
    }
    for text in bad {
        assert!(text.parse::<T>().is_err(), "{text:?}");
    }
}

#[test]
fn keys_name_nobody() {
    table::<Label>(&["p1", "v12", "org999"], &["", "p", "1", "P1", "salma1", "p1000", "p-1", "p1a", "ض1"]);
}

#[test]
fn vehicles() {
    table::<Vin>(
        &["1M8GDM9AXKP042788", "WVWZZZ1JZXW000001"],
        &["1M8GDM9AXKP04278", "1M8GDM9AXKP0427888", "IM8GDM9AXKP042788", "1m8gdm9axkp042788", ""],
    );
    table::<Plate>(&["123 TN 4567", "١٢٣ تونس ٤٥٦٧", "AB-123-CD"], &["", "-", " AB", "AB\n1", "A<B"]);
    assert_eq!("١٢٣ تونس".parse::<Plate>().unwrap().as_str(), "123 تونس");
}

#[test]
fn bank_accounts_by_their_check_digits() {
    table::<Iban>(
        &["GB82WEST12345698765432", "TN5910006035183598478831", "FR1420041010050500013M02606"],
        &["GB83WEST12345698765432", "GB82 WEST 1234", "gb82WEST12345698765432", "82GBWEST12345698765432", ""],
    );
    let good = "GB82WEST12345698765432";
    for at in 4..good.len() {
        let mut bytes = good.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
        assert!(std::str::from_utf8(&bytes).unwrap().parse::<Iban>().is_err(), "character {at} changed");
    }
}

#[test]
fn money() {
    table::<Currency>(&["TND", "EUR", "USD"], &["", "eur", "XXX", "EURO", "ABC"]);
    table::<Amount>(
        &["0", "12500", "12500.50", "0.0001", "١٢٥"],
        &["", ".5", "5.", "1.00000", "-1", "1,000", "1e3", "1234567890123456"],
    );
}

#[test]
fn coordinates() {
    table::<Latitude>(
        &["36.8065", "-90", "0", "90.0"],
        &["", "90.1", "-91", "+1", "36,8", "36.80650001", "NaN"],
    );
    table::<Longitude>(&["10.1815", "-180", "180"], &["180.1", "1000", "E10"]);
}
