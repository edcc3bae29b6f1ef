import FoundationEssentials
import Testing

@testable import Archive

/// A repository of the first format, written once. Every later version has to read it, for as long as the format lives.
@Suite struct `A repository of before` {
    @Test func `C115: is opened, listed, read and checked`() throws {
        let store = try Self.store()
        let repository = try Fixture.open(store)
        let snapshots = try repository.snapshots()
        #expect(snapshots.map(\.sequence) == [1])
        let snapshot = try #require(snapshots.first)
        #expect(snapshot.clusterName == "production" && snapshot.policy == "nightly")
        #expect(try Fixture.contents(repository, snapshot) == Fixture.expected(Fixture.objects(6)))
        #expect(try repository.reader(snapshot).details.freshnessNonce == "n-0")
        try Fixture.expectIntact(store)
        // It also takes new snapshots, and the old one stays what it was.
        try Fixture.backup(repository, Fixture.objects(9), at: 60)
        let reopened = try Fixture.open(store)
        #expect(try reopened.snapshots().map(\.sequence) == [2, 1])
        #expect(try Fixture.contents(reopened, snapshot) == Fixture.expected(Fixture.objects(6)))
        try Fixture.expectIntact(store)
    }

    private static func store() throws -> MemoryStore {
        var objects: [String: String] = [:]
        var name = ""
        for line in stored.split(separator: "\n") {
            if line.hasPrefix(" ") { objects[name, default: ""] += line.dropFirst() } else { name = String(line) }
        }
        return MemoryStore(try objects.mapValues { Array(try #require(Data(base64Encoded: $0))) })
    }

    /// Names of objects, and their bytes in base64.
    private static let stored = """
        keys/dom-be078e70de3eb5a4.hpke
         TGlmZWJvYXREARCmJaHq7wZSSNfhkApN8zm+B45w3j61pAICwqejB2AE+OdpdRPNVqSxh+mdqB58PYqi9v3VYgjeSBVMXc0lgSsvPD0oLyLH8Ka6TbHmiaY4eMP2FhC/1s
         NJUCxlOWy7aVGbh5rYsIvJr/4WtDcSTP+3+u3Myjq2aPUbFZwMbsYO9Toh2JpqLym8e37L0skV1R6ZMQ1mMQusa0oLpHQ73H3nLUWKZEZXoYzPeq+tAbdVk4mogjiCNlFk
         E+HKNvexptin6rh/yB1xwKQh9M0kEl1oduCPY6E0kYYF6/T6kP8XrCADYXXz3mjjjV4hclX1U4+FzMlTnT/AYdymJFTeMugsvUiHtxcWxDpjLjDMY8Kf3Zmc2XtcAXdxqs
         hCXsyia3BZKKBqDS2B4GzyWASBUwiHIIOdVi6C6locE05DC20q/Z+OWv/H5BCAY+dzOTHjKNFL5tU1HoBB3V7pIz2UOyHx6P39Q6/hQuEFGhHKMvKqidx3Vyd575OsiLaW
         NgGw+RFw6tgbpTpmn3VrrZDJuoT6lyRECareyw+/P8uI9l7qaVDpeevE2pTcFgCHbmWbuUU7XeYau01XIT2P8f5FavhXcH+k/WGEZ880j6guvlH2i/mq4f4Mz0ze3xXPps
         wz0OO99XvEPLHO7aaYs1uqbxNx4T1brDMK6tS6krDPD59nOP7L85rxXGwV8Wup4gEBQSk648YbE9WVWzBqw0/wZypyCmOuxPPZS9WZvkQN10ARHKWwmSv9341stgxokAGa
         f2thxbJ0mptu3GEFY91c4cBy8L7eZAWpLxSLkLor0+kZTupniYzo/c0kE9OkfLDqn4JcDmNCZxJqC6mPR7KJXjbHCcPwcYF384s1nWxkRoRPhTvhTumPk6wi+YfKEBibvQ
         8aNEgT38Pkvl6crpxeKwlfHcmYtaLo5tyF9fHEcZv4yRZHZlU96cAuyHm0D+QVtQWBvSpESzvrgF9elakMOBsvgY6Le/amXdCGsJ1HjVY5zt5QBYnPVrCUdVsDJ+OLb7ic
         AIAoRyQpW9WMQ3xuJ/3Y4v+oVYiL3/BSHohuhSLWCX0j0r3FR27lE/bhEq16aoiCT131/jWtn3EiIuF9pwB8v4IF0me9vJirb788h3BbYt6rb9NeVPNGZj2AHuRaBAqRjh
         EYOk5dsR8220VmmmtLd/9oZxinN1IXM8ebRuRKPgjHiV8xWjoWgTxdVTEpWfWqDHijwvYSi/rIJV2Kl/othR1v2UvpHs4GsKl6Da9Sg+xh/2hv2mXK5UuMOgHLyrzORwGP
         pRE/GyyF2WZpuc0s/hvXOWeYCPWzDPQC3M+AsxH0/9cPiz8k4JSyWKyrvPLGj7hX7xodo3kYiyJoMdszlYqA55VMeovFdpcscwQg90G39VoE0OYSR8TcF5E38hZ0EBdPBK
         5mg2BvgiJ5Hq73KOgTYW3X+1leGXQXkIjKMkqOU4xPfGUCNmxzq7KLKSdr9tMuWSWYPL5Kf+8vZbBSmVl7ypwlrIOW1lQA5TxOfgDMi4TTefLsBk6UrxwhAyRLC6uOCSwG
         9S7e1bY7nOqAMQ8G6t4Brr5fpubo2mwTdZTnnF+PAf7d3KB1GSrgjAKIRC0nYARgQPbzQ+ifLnZEBGH9WO82wB8uadOJHN2t4F0X27y3zcea+gfzW01s7ZQGl1YjAdICl/
         iHAqnqUG6IHHCdQ/mag0uFoZPxq0btGwBzwOEIKLCxZ1YgHqsTaU9ywbsfb7xU1NFGh1lA2uVNZFVF2xClCFaRqHV0jHpQBCs/sNYtXFsvde2e2KmsWIYq9yTXig6ituSF
         XBhnIVYE+PyhZ0dBNTmn/9jel8xkczzUFfE3UmQNwq5129y1lHXjj/dhF7UXisHvhY23rOXN8SIynSnZJnmIEAPWBd/6Q5hA00dm7K9umRSL/6drM2HGpJXvPd9NBfvU+0
         r53owzIWpEyw4UKOsyMhxHiMPBH6VEzIU5DO3su+1sTTe2AJ4l8MJqHgp34ZPycvlm/X+scHS5ywUEFzHjPk5ZoV1zDQCpo1WFtkGnV/CTkAZ1AAA66hvh4VMwezG5JgJj
         i5RZpGwGwuaCXqttF5vNbHINoqqYjO12ZndQIzh3E11XERQKVxblv3h7/Z1Tb33PRZYIrmga2Vhg2xr2hkJSF2+66sWwLaIe1BsbJcZlDfqbFxhT5xbgsaAW7qIxMhCgoK
         Rbj2YOG1FlezJLKr0pKr+VwPwX4oy+eOhj87lOhekA05Y4PIFeoP8NiYL7jFxMCsMMaOuOiDFc3ug7wTJIyT7hxKw6ggoswRjQuJgHWYJ71fj3Jg7KykBvM9vt5f8BfNpT
         fdXdA4jFZr3nm+LuxiCz6amNDnDsBx6KacYU7dB0E2iYNQKbE9mk0TgECYCAJ4gyXxC/0HGccG4TXoydKowujHduCUNpfaoL/Mt+vE8tJaAomWAcqQKA/KL8QTOTtFMTzs
         RQ0+5GGW8VRZt8JfM/On9vMuyk7UDWD8k57zEXpuzl38t3JJimOziTLMmKITkvpDmS76ybfVV3ROwxbxMu/0THeVy7OS9CHrt27E7Kdhhgjpg/1thr2ChnQWrCFhJR7BcZ
         Lhu38UCrMgrwnCF9ZVkAzthii0fSpQgWk5I+IdDpAJexTlISBrGsTgDW/JpPi/gHMNafIDJsbmZT4H/AmVEhrlmwqaId+G80vCZzqeGANyBI3dd27t59J5VMXxmIlHveTc
         BJD40qIV+7V31GEttWAU8PGb7yBlfzzmM6mqMlX3v5dvnH85R1m8GNJ4n0Is9WFLm2ZgsU4esh5pk2H5+tAklCiqSZjFaoK6T/zfaldcjBB0jeUGQJacDzuXt93ImqXMgA
         f7fat+8FOVLHtim5YkcF2GLWhgzaBKz5V/CbmLFolCtIkg/gdBMUQuy/KlXIxJrPzyBAsTkEu5RZac0JVseu6TDSKmV4x5nonPI8Dv1+h9VyZRG7KqNaIwMwC4rG/KHsXz
         uZS0GRVzLRxAUwk0Jk1r9VzL/eWfTmxBPe4vKWBArRkzSsrnhcA952CDYpqLJcx9hCOjS8Xxb4JkaAB1JeaDtIr9uBjzJ+vSFDa19ve8ObnXwhgE/vdCz8s71tyQMyqF9a
         sZj3Nfg0+WoLzY0m7ZJcaCaDgxInDYAC/s0ycAzt1CUaDoITYTwCqrKogHS6b680o9vbJq7aRMpR/PKoPmhpivSTYkmX/+0WSq7VF0umrhzr3DwYFDWhLUpSDQnG5YGzfp
         P/5gHHzECeqPq/Aw==
        keys/mt-c11b2f11480cf08a.cert
         ewogICJraW5kIjogImxpZmVib2F0LmNlcnRpZmljYXRlL3YxIiwKICAicmVwb3NpdG9yeSI6ICIxMGE2MjVhMS1lYWVmLTA2NTItNDhkNy1lMTkwMGE0ZGYzMzkiLAogIC
         Jyb2xlIjogIm1haW50YWluZXIiLAogICJpZCI6ICJjMTFiMmYxMTQ4MGNmMDhhIiwKICAibmFtZSI6ICJtYWludGFpbmVyIiwKICAicHVibGljS2V5IjogIldJQjgxZmdP
         RXRvNzZDdWk1RlVIeHhIMmVNUHBNUFNxd3pBMTVLTTFqRUE9IiwKICAiaXNzdWVkQXQiOiAiMjAyNy0wMS0xNVQwODowMDowMFoiLAogICJzaWduYXR1cmUiOiAiK3JLcV
         YxS1R4MitTa0I5TnhzUVBWbjJhNFkxbkhpREJQdFlodm50Y0phM3hnZGJCNkxDYkthL2Nha3JUQ0tMRy80bmJQcFZQN0w4Vy8ydTJCeGtuQkE9PSIKfQo=
        keys/rcpt-1
         ewogICJraW5kIjogImxpZmVib2F0LnJlY2lwaWVudHMvdjEiLAogICJyZXBvc2l0b3J5IjogIjEwYTYyNWExLWVhZWYtMDY1Mi00OGQ3LWUxOTAwYTRkZjMzOSIsCiAgIn
         ZlcnNpb24iOiAxLAogICJyZWNpcGllbnRzIjogWwogICAgewogICAgICAiaWQiOiAiYzJhN2EzMDciLAogICAgICAibmFtZSI6ICJkYXRhIiwKICAgICAgImFjY2VzcyI6
         ICJkYXRhIiwKICAgICAgImtleSI6ICJhZ2UxcHExMGtqOHd5YWVqcGM1eTkycnY1czVod21zbDh1Z2x4ZmVzanFmeGQ0cmFzNnZ0OTMzaGQydHJjanJrdW1od3J1Y2p4Y3
         oycnBjbDU0a3RqaHFuZjBudjdxMnhhZjh3czZjeGE0eXdhYWZ4ajVwdHo1dXFqOWt6enIybXl1eHU2bW45bTNycWoydzdlbWR4ZzM4bDR1OWE5dTZkc3FjeW1xODZ3c2p4
         cHphZTlwNXl6anY5cTN6MjBwMndxcHVjZjVnNHZ1cnl4cTNlbTBhZG54d2p6MzNrNTlsOTBucWhmZ3lobG1xdHhrYzd4c2F2NHEzN3JlbnQ3a2hra3gzenN5Z3l3cjh6NW
         p0eXo2Mjk4eGtjODdnamwwdnk1enQ5dmE4c3htajY4a25uM3dseXR0M3J2ZmtsM215amMzcnV5cmh3anh6ejd4cGozcG5mM3V1OXk5dGg2bXFmMmFmY3hwbG0zam15NGpu
         bnU2OGhzZzJjc3QwNTQwbXJ6cGYycHpnanZxcndyZmZza3o2cTVramd6NTh3NTIwdW00Mmc2OXl2bnBzMG5mczVxOHVkbHlyMHZtdWZwdWtrNm44azhscXdwYzZwdmpwen
         N0cnlnMng1ZTQ2azN4dWNqYWtocDRteGE0Z2Foc2NyN3BkeXEzNWF2aGQ5Z3RrbDhyamhrejlndWV4cHl6ZnV6bXVjdzN4Mno1czJ4ZWs5bW5qZDhoYXd2NXU2eHk1ZGFm
         bnZmbW0zMm0wZXdjZ3c2dWVneHZ5cXFlbmRqdTZlcjM4d21wZzgyZ2Q5NTNxdWdncnhjdzZ5a2tscWFkc3Y1YXM2Z3lsNnphM3RhbWNldjA4a3FjeXZ6YXRlNzVjdGM2bn
         ZwN3JnNHFna3pxZzhmbWQzZnR5cWR6aGQ3dXQzeXJ0eXltdTVxZGwydWRxOWV6Y3Fkdnk4cGFjNW1weXY5aGtkY3kwbTdhczZ3NnRkaDA5ZGd2aHpxMmRhZnVtc21kbmU2
         Y2N5cjlnZzg3aGdxZnZsY3FlZXdzNnIyZ3ZmN20zdGphZXp2eDVtZHFmcjNlZjNjc3YzdzhuNXBseHUyeW51YW00dDY0bmpmMGdxZjNzMjc3ZXF6NTVtc2oydGV5ODRxcH
         Z6ZTU3emVzZ20zazA1YXQ3Y25heGplZjUzcmVmbjh2cGN2dTQ5dXBhOTltZzB0NmdzanQ4OXF0dWZ5eDZ3MzY1dnQzZnZqcWt4c3J2ZnB3amNhNjNra3l4bHZ4ODV4Nnhk
         dzJ0OHB4cTRwbWNka21yZ3llbnBrOWp0dzhnZ3c0OHdwcXlsNXdndzVqbTNmODh2OWZjOTN2Y2hqbGdhY2dkeWVnYzR6OW50bDhyZGp6ZzZ5ZGRocHpuOXhjcmo4cGswdn
         Eybjl1NHJ4OXN4MmVreGdkY3dzd2d4dG1reGY5NTVmOGVya3NrODRrdmY4YW5uNzM4Mno0dDRnZG5xMzN3NXNmNXQ4Z3kwbGV3MHh6eTJ3YWNwbXJnOGtmYzJ4ZzVqbWp3
         NXk2ZWt4ZmU3enE5NG5qazhmbmZqM21wdHlzcTM5N3B3MjdnMmRrOW16cWhncWh0eGV3cXp5dmszcTluM2s1em5rNW16bHdmNHkyYTNwNW05NHRoOGp0dDM3c212enB1c2
         03em14M3NjeXVmbWx2a2h6cWgzMm10ejU4ejhzejhlcTloZ25yYzcwNnpocXNoeXRkdmZneDZsczcyeXo0OTM3MnNrdGZtcnpjOHc4OTVoNXp6bmd3dHo2dXlnODIzMjV1
         czN6cWhmM203ODhlOGNsenVocnVobnlzNjNmbmN5MzJzZDh6dmc2MjZnNGxnamozMGFzZTdhdTkzMzBuenN0bDhweHR3eWpjeGpoeGF5ZWd6cXp4dTdzeHI5anQ1cXFyOX
         N5d2VlMnU2eDlqcnNxcHB2MzRzZjg1NDRmemV0Z2t3bHFneWo1enYzOWZwcHlmdzBqMDBrMnRzdjNmNXdscnNreDB6eXVtZDZrcHJ6Mm44emU2ZzJqc2hoZzUzNXRhemZx
         ZHdoenV1Y3VwbXBzcHpkeTc1ZHEycjkzNGx0ZGF0NDRuc2c3OHVkNnV3c2Y5OHM3anB2Mnp4dDczOWdtYWV5YzY5ZzV3MzJzOGUyOW1tNmd2NDMwemV0OG1wZzltZHc3aH
         UzNWZlcXYzenptdmZybG5oeDNkMDU1MDRjYXR6MnRzcDJnOXoweW14emN4bHRxdHJoanluazc2dXQ3ZDN0d3FrenZkaDVrZnF3eDRqenEzeXZ6MDV3eGhqZGZlM3ZqNW04
         Yzl6Y3ZxMnZwbHZ2N24yNWo5dmd2cjZoZmNmZzc2cXh5dmpzNXNwdzluOGptOXdra3B2cjk0cTBnangyazllYzdybGhmcmczMmp6cDY5M3B5M3M5dWxoY2szdHpjNmtsen
         R1YXg2anl4MHgwZGxtaGY5djRxY2s1c3F5Z3l2aHE4azRjdmFuMm1xNXJzZWdoeTlqYW1oZjU1MnJ2c2xscG01dTh3OXR6Z2M3NnNnZWxrOTNoYWE4NHhjbHlmMnh4Z2g4
         YTZ3MDR0Y3E3cm4zcW42aGo0bHBweXN6OGM5M3I2ZzgiCiAgICB9LAogICAgewogICAgICAiaWQiOiAiODg0NDJkMjciLAogICAgICAibmFtZSI6ICJtYWludGFpbmVyIi
         wKICAgICAgImFjY2VzcyI6ICJzdHJ1Y3R1cmUiLAogICAgICAia2V5IjogImFnZTFwcTFyNHluemx6cHBjNHd0bnVtN3ZrYTlqZWVoYWVldTZrMmg5OGNmeXZ5cWM0eThz
         cHU3N2o1bnk5NnpmZ2Zjc2p5MGo5cXB5OXc0eDJtdjZ0Yzh3YXQyN2ZhOHN3NnR1Z3ZuYzJyZnM5aDljNnN2d3U2eTRnNDdrbTVlYzZtYzhya3pkdmNodDQ2MmNwNTN3dW
         pxdHFlZTd3bms4czh3NXBnZHp3ZmFra3A0a3k4ZmtqcjlzN3p3YTVma3Rxc2RmZGxwMjZlaHZxNmY5em1odzdnNnVhZXd5dnd0MzNwcHY0djRmbXJ5NnF5NjBwejRrdjlt
         OTQ2NG1zaHhlMmR3ZGp3amFzMzZ1NWRoN3p2ejNobXB1cW14OGN1eWp6aDBzanhjbDVqcm12NWRjaGNmdnd0eXZ1eGc0bTR1amQ2bDA5aGhhc3U4OXZ3empxOHQ3cWZ1en
         p1aGY1eXhxdWR2Y3JubXNjYzhrNHJmeWU1bDNycGtqcDRqYzJsdHE5NmFmcmRxZzJmaDZ1ODNybGh6Z2UzZXg0bDk5dWszcHV5enZqMjk5M20zMjZlNWtnNXJjdTdldHZo
         MHd5Y2hmeXFneG5oN2EycmF3bWp6eW4yenl2ZnF4bnJ2OGh4MmszeDh6YXE5MzQzMDN4Znk1YTJrZWxnMmtkOHlycDg4eXE2bDQ1a2NhenU1cXY3MmF5OXo2cjJrOG5uYz
         M3dHk2Mm1xZHk3bDJ5ampzNWxwam42YzRqaDhxZTlrYzh0ZDNneTJldWphdmF1Y2F1amc2M3l5N3N2cHlyaHl2Mm1nNmFjdWZldXZjenQyNDhsNzkweGpndTRudHJ0cnc4
         cGdxdGx6eWc5NHNmZjRjc2tqMGd6M2YydHNweGp4eWQwMnk1anBkc3N1dXY4a2M0a2pweDh6bXlzaDBxdmdxeHI1NXN6NXBudGVoeXhueXp4cGZwM3QydG1nNzljN3I4OH
         drZ3hoczl5eGFlbXRnYTB3Mzkzd3QwcHlkNXNuM3BhaDJ1NWx2YzBnYWE5cnpldGZ5Y3dmcmNnbXB6c2N1ZnRmbnRrNnRrZmN3azgzdzVramR0MnF1dWhwbTNzcnF5dXBr
         Z3V5MDA0NDljNDk1cWVudHp4bGQzaGR3Y2N5OGt6Y3hxd2d1azh3dWY2OHRhOXFheW55ZWV4N2ozZnJ4dXhwdWF6cnQyYzI0M3d3c2FoNWMwYWZwdnY5azR6OGg2NjNtND
         doOTRxenBteWpndXBnZnRjNHg1anBxdG44Z2dhejR4MDZhOTlyeHBya3d3cjNwZnd0cXB4YWYzdmw4emRyaDd6NWc5M3Z6Nmh0dmx4NzdscHR5N3RsNHlqc24yeXZwdGRr
         bTRwcWdnZmx5ZjN2OWdlenlmNHZwa3JxZXlkejZ5MnZ0ejZqcDJqcHQ2Mmtmc21mejByeGRqanFxNDhmeTJ1NWFwdjl6bDN4NzJlbnlteG5nNjRxczNjNDY0cXRsbnl6N3
         E0cWt5d3RkcTNjdWV2MjkyNGt0dmV3NHZxajVtNDM3cGptZ3A2cXVyczl2NmduMGg5OHM2ZXFkbXpuOXRobnB2bTA5MGQyZDNncWNrZHY3ZGx4Y3k0aDlhcXkzbmVnbm5u
         d2szdno3Y3psanE2dW11dTJ4eHg4OHA1NzVlZjJjYzJmdzNlcGFtMjRldjR6ajhma3hrNHg5MzJjcW1lNHAzbmg1cmRkcGRzemFrM2E5cXJ6dnpjOWttano1dDUwMzA1ZD
         k2OXZxejlxeWpmZnV6NXZ4cWFjendxZnFjNTVkNXJ1Y2E2ZmV1dXJwNjZ5ODk5Nm5wa2dzeWxqcDM2Y3JmeTRrN3pmZGs2Mmg5bHF2c3RtM3l6Nm5sdWp4d2dlZ3gyeHF6
         aGpmdm41M3JrYWdnMzlkOHAycmVlc2RzMDI0M3E0bmNjaHA0cDVscGs1dmtjdGduZ3V1NDc1Z2o2Z3lqajhkMGtmdmY2Z2czZzlnZXg4ZzZxbXZ5NGNlcWNrcGUwdnZtNW
         53enRtcXJxN3h5anEyZWN4ZjhubHgwZHlhcjZ2aDk5bndqOTJ2N2hmcWx6bXdmZ2pxdnoybGUzajJ4ejV0MG05dnlkdzVtMHo3Z3k2Y2U1Mjl2bWpzZTJxc2N3ODNyajc3
         cmY5em5uYXE3a2U2cjJ0eXV2NTZzaDdlM3Q5OWVzdW44cmhjZzg5dnNodnVheTA5eXA3enI4d20zZWU5bWV4ZHFlejRlcHNka3E1bXlmczZycW45MGVjdjNkd21xNGdqZm
         ozbjJ4ZXdycWVqMjN2YXV6OXh2ZXQ3Y3Bwd3BqZ2g3cXc1ZXZnOTZyYXk2ajVleXc0cTJlbXBza3pqdnUzd3Ntc3loMnAyNDY2NjloeDA3OXhwaDd2NXJ4ancwa2hmNmR6
         MmVlNWNtaHlqcWhxdzU1Mnk3dGtkdmp6OTRnaG0zZXc5amU4M21mbXNzcjR5Nm1oZW04dWN1Y3Z4M2g0NjZ6Yzd1bm1zcG02Zm44dnFyNXFuNHc1ZzU5bGx5NDR2ZGxtdX
         czMHRsc2V5anBkc20wazN6bWp1YWVjdTNmN3phZ2d3djNrOXdoM2g2cDl5azVncTR5MGEyMCIKICAgIH0KICBdLAogICJzaWduYXR1cmUiOiAiTFhib0lvTnNIdnBESkRw
         dHJtellwcmJrQm0rc2dDMFR1djZ6b1VOdTgwV1BSUTl4ck9oa3YvczJXd2ZvT1oyem14bHZ5MnEycWVJdkpwL3gvV1cxRHc9PSIKfQo=
        keys/root.age
         YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBKR21mNVFxN3VjS3BjNnRtSEZzc3F3IDQKbHlQMXhEaGVDWHJMSy82Z2l4Wk9IMXcwMHR0TnNSeVVRUDZvYklHVX
         l2RQotLS0gaXVQVjlxaTNXQkdXU2l6VE0zYmtsL0t6OHFHb3NkR0t1WWVvdURxRCtYTQrYv2wAniq2684V6MNCYES9mays0sHMww2zP3VAaa0WEHVhdSE8l6L+WCHSWW6G
         7M7hZTK0aDMXHwPpbp8qTv7garwaBDU/hD+u7OZhp1uUjnfX/YDgXuJwIeB/yABQc4Zk2vG9wi5f6xscb3N7nk59cjETJkgsdU9SI4MPy1ugypo59jRuF++f9dZ696y3gA
         ClllDTXwrG2CNNF2qqZwAYhwYevby5IOMV1pzORhZDmBSl2+1bK2mK8dOuyEc0ymZN2ostZ8xb5lkfC0qCR109XsFJ7AhD7uTYsYsXV4ToLhKsj8hrjlYL2YiSxL0/hILz
         j/XbmJhEAg50LXRd6JgMzbjipY3bUQo6G+tvYwYXcw9/2jPFiefkmeAYUonkAjte/SpnWnQHm6DOWyg58NF8Yrncif10D8KqbErsKZ06v/LV6IvKJaWYc7MQUfNjrBCW4m
         rgoQX2Tp6SR0nKJNcy0kHjmqr3V2/c3aKmfIt+gCZlMtsRn+UL6ZyydJgnpxjI04TBknMg1P7JmcPlrHJlrXMhzFzXd3Y0U10iv0N56D8d3VZ5JcOZDpqxGxkYKJtpLCt6
         CCwqKLIqGEOsDzcfxI72QeaKdrYm2+UqiuZVklNd30vteNjCGUqfYpTjYZhdyGc9BLn+D5kbf2CzkEtlkY0WsHi2pcSmdvuETy6z0bKdrARLKyTpTsIzycpH6q3ZzUNU7a
         6+lpdAm47ycSTou5aMLMC2LdhO8ISdi2v6sC//+ZZ94+TrrVZGGFYslkjnrqHv/JspFxpuHWrr1nQEAAgI8ZG9dSq7IVxZSxphMdfE7Rud7QYIk32VCYtneJxYSsTO2pfv
         X1uER+jfti/+r8AXVgoFfh3OEvETgEHbY1P2qhY+MTyuGLswo8D7dHDvkyHkcRdMDRcOu6iYZ0ylMObBzw0VDWv5HscLnJ4XNgLXnL5DvV8F8xj2GzWeYkJubJkW0snXi2
         QuBX4VCH3R2JuDIdnWXa7PoeiSkZixC3+fbnd66xGf6Io1cWHfKXlyN4xytYRuvMoTIX8BKrIkvFWqNEhmO4G2LitB/+/dl209nci4bme0KjMel11iMg1FMYgOmqDLLzpV
         9NMpWBFMuhFxTZ0Fke8fZQQGEvEXyiIsGlSf/2V/0Z9iAg75v/4FiXaqkpFsYQg=
        keys/wr-03e579c6c72e65cc.cert
         ewogICJraW5kIjogImxpZmVib2F0LmNlcnRpZmljYXRlL3YxIiwKICAicmVwb3NpdG9yeSI6ICIxMGE2MjVhMS1lYWVmLTA2NTItNDhkNy1lMTkwMGE0ZGYzMzkiLAogIC
         Jyb2xlIjogIndyaXRlciIsCiAgImlkIjogIjAzZTU3OWM2YzcyZTY1Y2MiLAogICJuYW1lIjogInJvb3QiLAogICJwdWJsaWNLZXkiOiAiQ0xFQWNPeXAvcjFqYWZOSzRD
         MXRWbFpObi8ycm9yOElLajdBTGhCMjBBZz0iLAogICJpc3N1ZWRBdCI6ICIyMDI3LTAxLTE1VDA4OjAwOjAwWiIsCiAgImRvbWFpbiI6ICJiZTA3OGU3MGRlM2ViNWE0Ii
         wKICAic2lnbmF0dXJlIjogIlUrZGxQMmpOa2tUa3RVN013ZllOZjg0OWV4TkRLTVo1Tzgwd3cra0NCNTNGNEc3NkJKWnpKRXh0UmIzMTcra2dCTlJGNlJJNTlIdFBlTmZL
         bktIdkN3PT0iCn0K
        lifeboat.repo
         ewogICJraW5kIjogImxpZmVib2F0LnJlcG9zaXRvcnkvdjEiLAogICJpZCI6ICIxMGE2MjVhMS1lYWVmLTA2NTItNDhkNy1lMTkwMGE0ZGYzMzkiLAogICJjcmVhdGVkQX
         QiOiAiMjAyNy0wMS0xNVQwODowMDowMFoiLAogICJmb3JtYXQiOiAxLAogICJtaW5fcmVhZGVyIjogMSwKICAibWluX3dyaXRlciI6IDEsCiAgIm1pbl9nYyI6IDEsCiAg
         InJvb3RLZXkiOiAiTEhiRUZMYnV1MkhGWVZVS3NnaW1OelVkV1llZDlWclVVRmY4SDFRRjZqaz0iLAogICJmZWF0dXJlcyI6IHsKICAgICJyZWFkIjogW10sCiAgICAid3
         JpdGUiOiBbXSwKICAgICJnYyI6IFtdLAogICAgImNoZWNrIjogW10KICB9LAogICJhbGdvcml0aG1zIjogewogICAgImNvbXByZXNzaW9uIjogInpzdGQiLAogICAgImVu
         Y3J5cHRpb24iOiAiYWVzLTI1Ni1nY20iLAogICAgImlkZW50aWZpZXJzIjogImhtYWMtc2hhMjU2LTE5MiIsCiAgICAicmVjaXBpZW50cyI6ICJocGtlLXh3aW5nLWhrZG
         Ytc2hhMjU2LWFlcy0yNTYtZ2NtLCBocGtlLXgyNTUxOS1oa2RmLXNoYTI1Ni1jaGFjaGEyMC1wb2x5MTMwNSIsCiAgICAic2lnbmF0dXJlcyI6ICJlZDI1NTE5IgogIH0s
         CiAgInNpZ25hdHVyZSI6ICI0dEdaZFRoRFRGVnR2N0EzUjBVUkVsSGJHR2NwWnl2Sm9GUmd4bkJVY0o2bVBtdk0wWHRKaTN1cVRyZDBoNzdHWEM5UEJEOTZEdm5mOXNBK0
         pYUURCZz09Igp9Cg==
        p/f2/f236c475e506367c736ad566c01ec0bc27548c0ea767d3b0ed4af1bfb7a86792
         TGlmZWJvYXRQARcFAAAAAQEAEKYloervBlJI1+GQCk3zOY19OTA57PbD/CXmOWEAAxKsr8KHb8qjil+Lc5n2Hx5e9IioJKJbEpxzMloYAWllV9MGzoh0lkbwhNNDHb0iFP
         sBAsKnowdgBDkZExZNS57Y/r/EsXf4wAc5WLwX29FtggfCmBvijF8ovjx7URpa1qmslUltyAhjKqklpJ1bRs+mAlJ8K7w4EFcm2ZxSy5LaAXkuJWsHNZ44KSA+dwwReRXo
         PVNunbWmXC4LA+N3DcWtlGn3KRm0LC603kKQKdew+lZ1RgqjxVYiQUmwMcmTPXRHZ9i/GM77o5dX9FtmD9P8PUuBOuSXPxgWwA7GqpRF5kFbYvjlf7id/LZdnLpmGtK5bA
         ChG4TA4SKAMgudCXsx6vPqhS8nm39T6u3Y3UAZIwUAt9jk5JIMaREggYfqRBlvevkTkMmlbOk0sUc6CL63x65I0ayhBhAsHjJ9sVmHS1qD+c1KX9+65rB3GfLKAmOZQfow
         3pndDFl+qqU96sc6inZgteZ+YsYrOWRoFA3q4HLcy8OAyZgeiE8n1mLbEeAZnv5Qi94NmvZyryuXCp2YeBdMDKQ+Gh/pKxKj5eGAHZOB3pPXP+erP7LwgU3H5uAdIyLfKg
         ceK5MSPE9iIxUCAkNUgbdbOH6rsb8F6w5QRbnert7GZm9PRRM1YD6dK+SD9y+gxjOU3eDSoSE8tjym5Jm66jLw43Zf4eIXJNtOWNUtSav4u+UuOyyrHIj1k2IpPoVYA9xu
         gzFn3+xtM7iwdkvx2ONhnPwowENel/jXfqp6IDURYPWE2Q+bvx+Ll2u3b5zmx3nIYvKclGedbXVQ+PdPm331So40RQzuLLX2eBx53XBtdbqJEDMM5jBrtjUGexgv0BcxNY
         EC7TLHVFbqZ3XorsHLW2/r60K4yLryYuEL7UFmqUf4718u5GzETIxGJcG5U/82G2S8gtxCS1euyylUWhzJRPZx93/zoV5Yc+Z9IAGo1AxZEIc09rdiNsbMQRzT1D6KewKt
         Uy0kE2BPeT6TnCLf+D46zkjL72WqVpPIfaEf3uNIOOZNZLh1X6QkBBSX+EMs8Mi4O+w7hHi75pTApBpJGef1//iKmAUwnOAyuzmfXz55Xs8rLObojcBya9j4bvJ6jmvxzn
         BT+xzZOsDHi0BsFP3YccHHZLNmi3uHlII/S6deSA3a5R2Y5DBKFJ9exC1iaVV3G6aPDyondoWx3K1qGQ7f6JjXi7bZcj0oiKj06kVCKiVFaIYsDvNUZXJj3MvDgTUYNeaq
         O9AW5wHVM0DwYvqjFj0dBdqSxF2KR8RlD+KZ2rFI5cpA0pzBX0TC3U5omYyPKTurCeJoo787wuD6NzXDKlB2cvIAinI7N09NllSafNwqXGB2KeL+BwG94JZf35D107x5Ci
         ooQsn1jrbuRuTvJo4DkFBFIBJtUeDuPevZL5qQ0MJ6L99PagsoJvnMydhFA2cvO6t9UCR2eFVUBmEz2qpn4sBTXr5vsVv6jSBLjttmDjLfF1LwBReLaHxw05CEahHyDbPz
         trE+HShh+mrJjbARm+J8uPYiz9vmT0BMU0tq0yeL8CrlIg3FULxDMv3re1BTiVs5Xk3OD9E/+QnNppH4uOm7jVRaxV0uz3Y6HuJULqhpZi8vU/km8QCkQWFXJFm0HkX8Pu
         fmqIObApABkmMR1fChsN1df8UW5ZGshF91tMt10o5Es1PFC9vKWQnbGnL4R7388fBE8KBNWIgQUvBQc3bAgC5zFL6XPgmJE7eA93473QFoomqLprIJmOcEOq970c2s5N5/
         a8dkjKqlyp37iYEnOa/UDjIxW5UAR7nQcyrUNg6owZ2WEqdbuRmgup1OzQacHM6rxbwMPM5lL2czo0gWRJaWg5mKtQpw5d/HrU+Ixmyg7nlJA6tdO5IQZaXm174QUmy30z
         BCqc0VNTwX2Ox5MqJyGgv6WSa3wvb6xLx4ByUGFuHsWPdEcCH7n79Hw5g9gJ01zc00ohmP36+yQ6q+xUP5OCwSJxcRCVs0J1nmU+Ab2yx578taDobkAs2EAGXpN8fdAB2Q
         hKl4i+7LSCEkmTNnthUWTmY43482SyFmlPhOdfNeKKVC9ayAapTkkYaCn0Eoo0N5/WdOJEIxrt45NJlJN1hPTHMX0IrWov6HHU1e5fzh1SCBVvJaxEdRp2uFF8qrgEA5/j
         d210p7NMJFwzC5GiInsSix6B/0koiG4UqM5RoO2tPvvAKZYLHbA8njSypgomiNEPxcMCP/eySarfkc55fyKCMT3KAZ+T+rHOtV+xKozR9kRn6KJCpNa0cAoq13oMtHZnEn
         gyK6TuiWVa665lo6Q48Ucs1aiQOPqKT3k2/plqaPOBEdlborgVU/Tvh697WdmA2avfjxWkJULaJh8gyZclk0P4DgunNqyXghyUG+O7dHefC4fCMOmlZBE26T3TbI9tbMqy
         tZA6ezzbvnKRlUZK5eOm+8SiFKkrU/iwfYebLIlGYwYKrkixM52QdMRQYwpgtdyhbMOUuDesLmqiGdE/m+yxBYAgEVl+U+wmfz9J4230ihEpOWtHRnZwzeVIzWTsg2lfZ3
         FRauw0nkWKlB2VZEoHP6qTmLBMPHgUpDhp3gH7MzmADMDUIafODyyMX5ma12wdD6en3J25bbz4e5PZzaBVBY/rPcx7VThQJvJF/G9uowDEH2NmeJWiBcToJHSsiHyUZeOs
         ik0rBlv79k5iGuhdtC4pXjTYdmS0gClnTvOwd0G/+8qGesF88iZV3Lwd0Xv5z5wyjHrcqMG2nrqEEXVuBflusqVlIVELPt3jq/M/8umRkWpljbGKCHkmhCnu/UTaHJlolc
         If6lXS404PpY68xMmY9JdyI8fGIiKqPtmj7KmTWPsem9eS/zm5fLhfCKrCTzz3u0iRLxhxPH188zABlLLqAAqnLtmcGj75PDUN0LZE3NPYLwUg6qFla52dLxtC7BMNXDra
         Hsmi+6RC8X9V2A5FjXsrEg1VE22WvQ99VgBoan6xcSMFSguFrsadXhEntEwbo6xkt8pYUoCbWEPdhNgPOoChZI2xCoBcZ2QpB/z0wpSHhb73IYg1aPugBdFxiz2xo8cv07
         4ot8trEBpaj5k91lmXYOXQ0kMS6kGX2LR5ufoftmUZgCIKLkNJGiENj/nYKkaeWy344DhZe61WEv2a+BsoIG/S1SkfGM+q9am0AUhaQrOk4FZDATbtuQAqO2SYtyMEifI5
         EkQfQCIuxuKYogerlCNdy9XJf2Ck2a5VWh5ZGm9zoO4hX/t1LKby6Qf5VEbmQwsQ7occarZGfE7AXdRCu4VSD83KsjQVOUar2qHvh4zQvFwWMRuZPbx4sC/k0NVMnjmLnQ
         egtxBEH2LyKBWoAU5nTFQuerJioXe4aprHGjG9Y7zrzHK4KWU0mKThQy/DjYi50ckycVfjWqH3bblNVT68vfhHPanHHnGXmNEazIH+Vnw2OuwqpOHM5Csr/ZhZIjvboRXa
         MuidbhgnlfFfqCX3a14kZ5N7Jhvv+RtZ1NZOUepx/3fai1GHFAqH6MZAVLexQ67HGUVkTQAFvMZ6IIASUmV0uL5jDpUnwT74GuugkL6pS0HJSTfW17mSO2iHkpgt61lVih
         wb1vgfdSuQ6dYAr5pNUY3VkpdRifIXU9y73DT4g6zERUV586UylU7Yuvr9DAoNrm9a6BkFwUhzi1gfR0jeufQwDkYkYBpFO4kwVm97mnVeXezS/kq0rkWwtWh5PXrJKT2f
         loxCtv0P7s0+LYxkJ7+gXeePPChIjWs8DfDf/6Mr8jq8bvf7d5yWx+1eKPC6uW7LUP0LMKr20ejH6zI5XMd8CoGtHO7iCa3m8dqvfTCVnWLsFu9qqR3yCWnWT1eOKtnP3p
         b/a1qjUe7SishG4EA8aF4VPknDllKVhiniagtaOQQN92O0Oxgu0C22eQcQbLDmlc9BcKlyEKra8W3N/q71JtnTer3Yme2hb3w2HlnOp7mm+HUmHkIL6Vph/oFNasdfxwep
         wQOggj3xFTyTll4rXlnF2WFj2JVw/lOQgobtJBRRa2Ur9OKby6ox25gUS8hV/wQhs62jwsiF8P1ejtuRKiKx/YmeF82HBIiMhbc/VINs4hwj8CP2/6bZnDaKMyAy0aVph8
         /iugNRy7OHbnQ8u9d0+Y8ZuKTCAroh+sQaVeAqV24YNy2x2AG91i5w5DsTYlf6UmBHVKY5BRQJBpQFeDKwcnI2ePTtTeghwz6IImUUNbxJhqystZuTp5yqQVYJe+Rw/uGR
         ofLdDrbNGIfZRxYieeLjx0yOLcqV1QX+QyHQ6mcmbYCbpCquW8GSB5X+7fATuKEIlt7tX9nmAXn/jsKQ7rt/Kdp2taDyb7ogWSte0KJcmoaxm4iU+pKZeCdOF56q2BFnD6
         Fb8eJoVqdRR7oShakZ1qdshT/Qskzn6JmsAfmzBtjxDPZC0WLpv4IA90euvGVVRIlQbRJWhP+LE8dIlVGG67X+60YzB33mFGA+hbNm6oH7OkxSZyg5DHI/dMO9ZE0rx7/P
         3jeieL8IWNqLCuwZL2SWdGeac4H4QNsZQ1yFkLPnnysoGPAYvRfWgt+aA+ifVGxxVorW4ERd5xoTg10aEj4V28/Y/pkNL7eHVB/K0HztPQb1MWnLTM1clwaQCh2+RyXidI
         F6+yqcPkxCZ3mJBn3Tw2023kxCSdxHLRGlAMAXiudKpwA2WJkozFHWuc9zXW/QB0gkb1nHK7fn3oNsu8Q2qHBIDkhBOW4/SC2t9DA2voCT4q01edf1mzUyNbGWvz9Sxdyj
         EfSMSgOuDMRiD8RqMVouIi+HEDR5/tOSye8oP0El0nGu6dyV7bd7ZwYu0RTh2kV6VtX83+FxtvLabI87AHWkWfOrYMEw+nX2Zoesawk2xiLCVspd+tfQS+gFXO/NZgru6y
         2XEcpHwh/FiLDSslmDh7jDd43gTD18S2GLJkEJXLec0JnGcP6Xhi6R381pGpFIdPJIFleaYo7u18jsS4BrB5pEj9IFgrtxdSzXZzoo6yDZBDELHTa7F/bhcWrTvyHT8Px1
         5vUQCoflTyZ1dTrruqRAi4KV2AXomQCjIr1BdRZ5XtaxvtffNuOKIwMkugkckU9bI7ccYwSTFnHP044519F6SoVQXfnLp5s3rVYSKi5pz08DYhL6TGcRVe3gITBoan9rcj
         MG6rOFtFqYgXf8zYa+Zy/DTMBDNFPk2yInMlONAeLLX1GfTVZiPwJucIyS0hMQBYd6yoShA4bTWMtH48D2UgkUy52ptNRKJM7MQRoDSc0seUzQsJZFwa5v1pYvOccp/i9H
         lOblqFuqes/d7QUa53yNwhJDVa2D22LJxKkwVR0mMs7ABSb2kL+2c7Ifi/6Bu5dB+2RYAS6mzehflVflVnjCoO9pYQDctrYfBIILobYX2nLs43Ya9H/1VI/4hyx9GhMp/k
         hXroCAwHhCVMjnyU8XYs1/1FjhxpsRTSXOPUDULY5v/9m5VolDSRGF9webxZrnawUCmwb85bFnl9zm+7hAefgZ7vjoojInizst/oI1Z95eDdJNEX1tKh8KOLPunfTq70CD
         HyZgC6Y+DbmYkNYz4z9m4SzE9GL3368MrCoL81YDjpeODt/9kmdt1oty5JJ62+aBidoVzjsC4Af/N+2l7VkQ0AAAAAAAANAwAAGgAAABCmJaHq7wZSSNfhkApN8zmNfTkw
         Oez2w/wl5jlhAAMSFwUAAMdLZ0hvFbB8JkwggJ94ux0AAAAAAAAAAAAAAAAAAExpZmVib2F0UQEWCguQ
        s/03e579c6c72e65cc/0000000000000001-d135ffda217d589682ca8be2e8503b8d3e2105e9643d7f05b4e8ea1e8b51cb35
         TGlmZWJvYXRTAQPlecbHLmXMAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADSSWsAAAAAAAAAAAAAAAC+B45w3j61pAEAAADE4sOYm37BM6SYIz
         42Yr1cjB7XeYGftyia2sOHsW9CVMXa8p1y91r4BgAAAAAAAACNfTkwOez2w/wl5jlhAAMSC3kpfnK9NCtFs6oxxmtNsEtSEKzCtHia2JJDJW12dWA4lKEaPskpraKbiS1N
         zfrFAQLCp6MHYAQ5GRMWTUue2P6/xLF3+MAHOVi8F9vRbYIHwpgb4oxfKL48e1EaWtaprJVJbcgIYyqpJaSdW0bPpgJSfCu8OBBXJtmcUsuS2gF5LiVrBzWeOCkgPncMEX
         kV6D1Tbp21plwuCwPjdw3FrZRp9ykZtCwutN5CkCnXsPpWdUYKo8VWIkFJsDHJkz10R2fYvxjO+6OXV/RbZg/T/D1LgTrklz8YFsAOxqqUReZBW2L45X+4nfy2XZy6ZhrS
         uWwAoRuEwOEigDILnQl7Merz6oUvJ5t/U+rt2N1AGSMFALfY5OSSDGkRIIGH6kQZb3r5E5DJpWzpNLFHOgi+t8euSNGsoQYQLB4yfbFZh0tag/nNSl/fuuawdxnyygJjmU
         H6MN6Z3QxZfqqlPerHOop2YLXmfmLGKzlkaBQN6uBy3MvDgMmYHohPJ9Zi2xHgGZ7+UIveDZr2cq8rlwqdmHgXTAykPhof6SsSo+XhgB2Tgd6T1z/nqz+y8IFNx+bgHSMi
         3yoHHiuTEjxPYiMVAgJDVIG3Wzh+q7G/BesOUEW53q7exmZvT0UTNWA+nSvkg/cvoMYzlN3g0qEhPLY8puSZuuoy8ON2X+HiFyTbTljVLUmr+LvlLjssqxyI9ZNiKT6FWA
         PcboMxZ9/sbTO4sHZL8djjYZz8KMBDXpf4136qeiA1EWD1hNkPm78fi5drt2+c5sd5yGLynJRnnW11UPj3T5t99UqONEUM7iy19ngced1wbXW6iRAzDOYwa7Y1BnsYL9AX
         MTWBAu0yx1RW6md16K7By1tv6+tCuMi68mLhC+1BZqlH+O9fLuRsxEyMRiXBuVP/NhtkvILcQktXrsspVFocyUT2cfd/86FeWHPmfSABqNQMWRCHNPa3YjbGzEEc09Q+in
         sCrVMtJBNgT3k+k5wi3/g+Os5Iy+9lqlaTyH2hH97jSDjmTWS4dV+kJAQUl/hDLPDIuDvsO4R4u+aUwKQaSRnn9f/4ipgFMJzgMrs5n18+eV7PKyzm6I3AcmvY+G7yeo5r
         8c5wU/sc2TrAx4tAbBT92HHBx2SzZot7h5SCP0unXkgN2uUdmOQwShSfXsQtYmlVdxumjw8qJ3aFsdytahkO3+iY14u22XI9KIio9OpFQiolRWiGLA7zVGVyY9zLw4E1GD
         XmqjvQFucB1TNA8GL6oxY9HQXaksRdikfEZQ/imdqxSOXKQNKcwV9Ewt1OaJmMjyk7qwniaKO/O8Lg+jc1wypQdnLyAIpyOzdPTZZUmnzcKlxgdini/gcBveCWX9+Q9dO8
         eQoqKELJ9Y627kbk7yaOA5BQRSASbVHg7j3r2S+akNDCei/fT2oLKCb5zMnYRQNnLzurfVAkdnhVVAZhM9qqZ+LAU16+b7Fb+o0gS47bZg4y3xdS8AUXi2h8cNOQhGoR8g
         2z87axPh0oYfpqyY2wEZvifLj2Is/b5k9ATFNLatMni/Aq5SINxVC8QzL963tQU4lbOV5Nzg/RP/kJzaaR+Ljpu41UWsVdLs92Oh7iVC6oaWYvL1P5JvEApEFhVyRZtB5F
         /D7n5qiDmwKQAQAAAPI2xHXlBjZ8c2rVZsAewLwnVIwOp2fTsO1K8b+3qGeS/hAAAAAAAAAAAOIAAAAqajbNSmVaNt5L1nEoI1nEYgm8WExRPablUz/dvC5UvdnsVtTkpu
         xBAm8AuwxEeHCajyMd3bVitmb/oQeVVZxCK+d0BZVrgWXIodJ1UhtSf/6AQzlDEWV0KCP33EMLiNsh/RnCgrLmwc8/7wVOU42xEoAGau7miYEpMttIgENJp477S8lAvUnI
         yB4L/CHNBjidYdSZieG+P3r5+jS7PA2wpOPF0O1iMbw0FewbGrEs5Vpv2vk1CSe5H0Y4MstLY7+I4bfS4tCjRnIEjY5a3/vdAP4B3PFLTJ1IjwKsG3RDnKkfQ2kITijVaE
         iLQzjV1n8abw0lAtrq5HUP27gBEmD1zvf5rVIP2imWbrPCOtMd3XCFCLAGoR1+W96Tn7N/Pd2iCA==
        """
}
