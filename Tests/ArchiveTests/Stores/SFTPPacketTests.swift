import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Packets of SFTP` {
    private func answer(_ type: UInt8, _ bytes: [UInt8]) -> SFTPAnswer? {
        var reader = SFTPReader(bytes[...])
        return SFTPAnswer.read(type, &reader)
    }

    private func fields(_ write: (inout SFTPWriter) -> Void) -> [UInt8] { SFTPConnection.fields(write) }

    @Test func `numbers and texts are written as the protocol has them`() {
        let bytes = fields {
            $0.number(0x0102_0304)
            $0.long(0x0102_0304_0506_0708)
            $0.text("ab")
        }
        #expect(bytes == [1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 2, 0x61, 0x62])
        var reader = SFTPReader(bytes[...])
        #expect(reader.number() == 0x0102_0304)
        #expect(reader.long() == 0x0102_0304_0506_0708)
        #expect(reader.text() == "ab")
        #expect(reader.isAtEnd)
    }

    @Test func `answers of every kind are read`() {
        #expect(
            answer(
                SFTPType.status,
                fields {
                    $0.number(2); $0.text("No such file")
                }
            )?.status?.isMissing == true
        )
        #expect(answer(SFTPType.status, fields { $0.number(1) })?.status?.isEnd == true)
        #expect(answer(SFTPType.handle, fields { $0.text("h1") }) == .handle(Array("h1".utf8)))
        #expect(answer(SFTPType.data, fields { $0.text([0, 255, 1]) }) == .data([0, 255, 1]))
        let folder = fields {
            $0.number(1 | 2 | 4 | 8 | 0x8000_0000)
            $0.long(4096)
            $0.number(0)
            $0.number(0)
            $0.number(0o040755)
            $0.long(0)
            $0.number(1)
            $0.text("kind")
            $0.text("value")
        }
        guard case .attributes(let attributes) = answer(SFTPType.attributes, folder) else {
            Issue.record("attributes are not read")
            return
        }
        #expect(attributes.size == 4096)
        #expect(attributes.isFolder == true)
        let names = answer(
            SFTPType.name,
            fields {
                $0.number(1); $0.text("a"); $0.text("-rw a"); $0.number(0)
            }
        )
        #expect(names == .names([("a", SFTPAttributes())]))
    }

    @Test func `names that no object can have are left out, and those beside them are read`() {
        let strange: [[UInt8]] = [[0xFF, 0xFE], [], Array("../a".utf8), Array("/".utf8)]
        let names = answer(
            SFTPType.name,
            fields {
                $0.number(6)
                for name in [Array("a".utf8)] + strange + [Array("b".utf8)] {
                    $0.text(name)
                    $0.text([0xFF])
                    $0.number(0)
                }
            }
        )
        #expect(names == .names([("a", SFTPAttributes()), ("b", SFTPAttributes())], skipped: 4))
    }

    @Test func `every packet that is cut off anywhere is refused`() {
        let whole: [(UInt8, [UInt8])] = [
            (SFTPType.status, fields { $0.number(2) }),
            (SFTPType.handle, fields { $0.text("handle") }),
            (SFTPType.data, fields { $0.text("some data") }),
            (
                SFTPType.attributes,
                fields {
                    $0.number(5); $0.long(77); $0.number(0o100600)
                }
            ),
            (
                SFTPType.name,
                fields {
                    $0.number(2); for _ in 0..<2 { $0.text("n"); $0.text("l"); $0.number(1); $0.long(3) }
                }
            ),
        ]
        for (type, bytes) in whole {
            #expect(answer(type, bytes) != nil)
            for length in bytes.indices { #expect(answer(type, Array(bytes[..<length])) == nil) }
        }
    }

    @Test func `lengths and counts that lie are refused and cost nothing`() {
        let most = fields { $0.number(.max) }
        for type: UInt8 in [SFTPType.handle, SFTPType.data, SFTPType.name] { #expect(answer(type, most) == nil) }
        #expect(
            answer(
                SFTPType.attributes,
                fields {
                    $0.number(0x8000_0000); $0.number(.max)
                }
            ) == nil
        )
        #expect(
            answer(
                SFTPType.attributes,
                fields {
                    $0.number(1); $0.long(.max)
                }
            ) == nil
        )
        #expect(answer(SFTPType.handle, fields { $0.text([UInt8](repeating: 1, count: 257)) }) == nil)
        for type: UInt8 in 0...255 where ![101, 102, 103, 104, 105].contains(type) {
            #expect(answer(type, [0, 0, 0, 0]) == nil)
        }
    }

    @Test func `any bytes are read or refused, and never worse`() {
        var state: UInt64 = 7
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        for _ in 0..<20_000 {
            var bytes = (0..<Int(random() % 40)).map { _ in random() }
            // Mostly small numbers, so that lengths are often believable.
            for index in bytes.indices where random() < 160 { bytes[index] = random() % 4 }
            _ = answer(101 + random() % 5, bytes)
        }
    }
}
