import Testing

@testable import Archive

/// Files that were written once and have to open for as long as the format lives. The published conformance vectors of age,
/// the post-quantum ones with them, were passed by the version that wrote these.
@Suite struct `Age files of before` {
    @Test func `open with the X25519 identity that they were made for`() throws {
        let identity = try AgeIdentity(
            parsing: "AGE-SECRET-KEY-1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RUSQGPQYEE"
        )
        let recipient = try identity.recipient()
        #expect(recipient?.text == "age1q73he0q5yzfu3d64msd3p6rvksnrwjk3d2598mgtmlqt9wrdr37q2vrn72")
        #expect(try AgeFile.decrypt(Array(Self.x25519.utf8), with: [identity]) == Array("golden".utf8))
    }

    @Test func `open with the post-quantum identity that they were made for`() throws {
        let identity = try AgeIdentity(
            parsing: "AGE-SECRET-KEY-PQ-1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RUSQJ0Q9H3"
        )
        let text = try #require(try identity.recipient()?.text)
        let digest = Hexadecimal.encode(KeyDigest.of(Array(text.utf8)))
        #expect(digest == "19c2f5adaf638aeeb2693849fce7a985ef3e6e8e745d27b79610b4d8ae2963f1")
        #expect(try AgeFile.decrypt(Array(Self.hybrid.utf8), with: [identity]) == Array("golden".utf8))
    }

    private static let x25519 = """
        -----BEGIN AGE ENCRYPTED FILE-----
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSAvZnhqRVpsdU51WkVLb1RO
        MndFUjdsbjhldzhTTmQyU3p1dDFuUmp2eFdFClowN1NTdWRuSisvU0tWbHMwZmZE
        VjE3QzA1YTBSblJaOElRM1BvQm1KMncKLS0tIFZRaG9VU3h2VXBacDM4OGdIekE2
        TTZwQldWSXdPTDV0ckJ3L2xwNk1SM0kKB0t02k5sh5lbbUiXZB6s8SK9ccTM+Lpz
        bxMIQyd25hHjfTnKsFA=
        -----END AGE ENCRYPTED FILE-----
        """

    private static let hybrid = """
        -----BEGIN AGE ENCRYPTED FILE-----
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IG1sa2VtNzY4eDI1NTE5IHZuNzhCczZT
        UHFmRm8zak9LdW5XSWdDR3g2VTNBTEtWSnhJRDF1NWRjcWdKTW5jVXJaZ3V0TTRq
        VnJGcHdZY3B1em9XY1VHa3M2ellSUmc2SnMrSlliNzJ6QThsc1Q1Vk5pVGhxeHRY
        eDI0NDI1QWxxaEF1WC9kWGJ0eVlUclU4Mkg1Y1pBaUlCanBrOHlKOGw2VEpYZnpl
        RnBGZWROcDU4cTV2czR6UTYyMzAwZnF4cy94NkVaNFBGYWU3dEJSMko3bDI0STBw
        NmtMOXdiVVBxMjVQSjBrTHFiM0RVbVJtck95azY2clBuWmlScm9TNm56WVVyYUVV
        MklBZG5mSnpHVDUzLzZQK1RTYURPOGxwNHlOMDgwdlVIYVlqL3NHTTFSR0poVG1D
        UWRTVXNRUGhBdkRGTmhCVFV3Q0dwT0g1czVaNWh0amxPaCtqTmhudlZ1U3pUVnE2
        M1FYSUdYUXdzMTh6UG4yYm02YjdFN3Q2bG41TW9IZm96Z0swMmxaSElMSE1FSkkv
        alJDS2NHcjFqTzdYbmlnV1BMK2tienNaWVNWaWRUQXNPNFJaYTN5UWJKa0k5MEZ3
        aC8wUjk2SE1CWVQ1bWtkeFpRNXhvUE5hRzU2dThVVE5vRDVldVl2TlkxdDNObzdY
        UndEZXE5QWgvNVFhN2xFT3pwK2xLRTlTT1h5WDY2M3JUUzUyYlY1STZqKzJuRGRq
        eTFYSHdqWDc2YjRWK053SkZRSnFrVEJ5UlIyYTJsRUZJa0pmSnViTFRGUFZXYklT
        b2IyR01OUmhZdjZpNzI3SkV2RnY0NWl2dlZ0V1ZYYVRqV3czclRTRnlyLy8vQjJV
        NFgvWWJ1THQwUSs2U0VUT1RDcVVtekJ0NVBYTkJtc3VocHBVMWw1bnlHeXFNWWhE
        b2xCV3hyV3ZlRUU0ZGFlK2xYbzVJU3JQd3NTc3k1Zkg0Qkd4UFE1ZjdXMk1xWmt3
        K2pCVkkybTA2Y1NWaVh4VktucHZOS2NUOWVHYk9VeUxQYjJ2WUxOd0hMTmgyd3lz
        YnBpNllTNG05c21lSDgxa1VsRkppQ3ZFdWpmNHZmeWFLSmFjKzJRalFoeVFkNi9E
        TytWQXZySUJHbXU4UFhrK2hveW5heVlINkhHRnZCaVhtT0s0TU9Xc3kwTmxwdVRV
        K0c1cFRSbDMxWnh5d29GOEpLazZBQzh2eVhlKzhKa2FtbkNQenZmWERsSnJMK1hT
        MkVENEtTenovU053enRJYWdhU2x3dnRjOUJlVFZROUFNcUYySVZVVTZuYzhwZ2pI
        bXRsWFVTbmNiODAvd0QxdWdCbVdPT0hDYUlVWDIvQURKcmsvSDlKRHRSdVRwbFNM
        Vk12RVJoTUV0cmNjSXc4VklhT0tNT21DSkw3V1lneXQ0RVl6ZlVZWFpKaUFNaWg2
        REtNUUhmVUxsaGFsZkRkd3RySkpFRmhUclFZMkZTeGM2ZVpSNjJYNkpIYlpZSlk3
        cmtLYlppS1FUbmxPbVNtVXNNWmV6VFI5ZkUyLytCZUpRYkduRjJhRWp2S2tzVzVn
        K2ljQXlXNXpyNi9zc1huNkNpVUdXdmlrZlA4VTBaSHhVdURsQmtjSTVjeWRSYlBG
        Vm0yU1k1UjFrd3dMcXZ4UzQyOGlCa21yWXZhWUs1b0loT1VISXErcytBRXFJR25x
        d2p5Y0R2ZlZPalQxeUpXRTV6TmRINlpDQkFDQ09hRE0rUDhPSVRMcVFyQTlPcFdR
        b1RYU3l3L3QzREJmMFFQWGJJWU5zYllRMTdrdDRJYjlFVXh3MldIeHpYUS9UK2FF
        cTBtVUttV1hrWmJ1eFJaSkVWUVdCeGExd0s4T2RmNXZ0K3libk5oZHpQcDFqWTVu
        NDkrSnhGWit0bFpMSnJ0OHh5QXlzWDUxaW5JdW9lelQ0c3dTZGtWUithYUNOdFRl
        Tk1iaWNydGUranN2Q0FBZGR3MnFycTZmTm90SklDVS9tSHJTMTBLc0JkZVRGZwpG
        Z2VvL0ExQmo3b1IyREQwL0l2S0JTazU0eTNPNG5uNFZUWFNCQmpsc1gwCi0tLSBN
        L0JoQ1EvRXIxNFBYQWJkajlJMVNkbHl6Q1E0c1hsREI1bUFJWUVqOWIwCgdLdNpO
        bIeZW21Il2QerPEivXHEzPi6c28TCEMnduYR4305yrBQ
        -----END AGE ENCRYPTED FILE-----
        """
}
