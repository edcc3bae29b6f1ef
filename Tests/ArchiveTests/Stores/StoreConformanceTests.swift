import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// What every store does alike.
@Suite struct `Every store` {
    private static func bytes(_ count: Int, seed: UInt8 = 1) -> [UInt8] {
        var state = UInt32(seed)
        return (0..<count)
            .map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(truncatingIfNeeded: state >> 24)
            }
    }

    @Test(arguments: StoreUnderTest.available)
    func `keeps what is put, and the first of two that are put under one name`(kind: StoreUnderTest) throws {
        let open = try kind.open()
        #expect(try open.store.get("keys/a") == nil)
        #expect(try open.store.size("keys/a") == nil)
        #expect(try open.store.put("keys/a", [1, 2, 3]))
        #expect(try !open.store.put("keys/a", [1, 2, 3]))
        #expect(try !open.store.put("keys/a", [9]))
        #expect(try open.store.get("keys/a") == [1, 2, 3])
        #expect(try open.store.size("keys/a") == 3)
    }

    @Test(arguments: StoreUnderTest.available)
    func `gives ranges, fewer bytes at the end and none beyond it`(kind: StoreUnderTest) throws {
        let open = try kind.open()
        let bytes = Self.bytes(1000)
        #expect(try open.store.put("keys/a", bytes))
        for range in [0..<1, 0..<1000, 0..<5000, 10..<20, 999..<1000, 999..<2000, 500..<500] {
            #expect(try open.store.get("keys/a", range: range) == Array(bytes[range.clamped(to: 0..<1000)]))
        }
        #expect(try open.store.get("keys/a", range: 1000..<1001) == [])
        #expect(try open.store.get("keys/a", range: 5000..<6000) == [])
        #expect(try open.store.get("keys/b", range: 0..<1) == nil)
        #expect(try open.store.get("keys/b", range: 0..<0) == nil)
    }

    @Test(arguments: StoreUnderTest.available)
    func `keeps empty objects`(kind: StoreUnderTest) throws {
        let open = try kind.open()
        #expect(try open.store.put("keys/empty", []))
        #expect(try !open.store.put("keys/empty", [1]))
        #expect(try open.store.get("keys/empty") == [])
        #expect(try open.store.get("keys/empty", range: 0..<10) == [])
        #expect(try open.store.size("keys/empty") == 0)
        #expect(try open.store.list("keys/").map(\.size) == [0])
    }

    @Test(arguments: StoreUnderTest.available)
    func `lists by prefix, in the order of names`(kind: StoreUnderTest) throws {
        let open = try kind.open()
        #expect(try open.store.list("") == [])
        for (index, name) in ["p/0f/b", "p/0f/a", "p/00/c", "s/w/1", "lifeboat.repo", "p0", "g/1/condemn"].enumerated()
        {
            #expect(try open.store.put(name, [UInt8](repeating: 7, count: index)))
        }
        #expect(try open.store.list("p/").map(\.name) == ["p/00/c", "p/0f/a", "p/0f/b"])
        #expect(try open.store.list("p/0").map(\.name) == ["p/00/c", "p/0f/a", "p/0f/b"])
        #expect(try open.store.list("p/0f/").map(\.size) == [1, 0])
        #expect(try open.store.list("p/0f/a").map(\.name) == ["p/0f/a"])
        #expect(try open.store.list("q") == [])
        #expect(try open.store.list("p/0f/a/b") == [])
        #expect(
            try open.store.list("").map(\.name)
                == ["g/1/condemn", "lifeboat.repo", "p/00/c", "p/0f/a", "p/0f/b", "p0", "s/w/1"]
        )
    }

    @Test(arguments: StoreUnderTest.available)
    func `forgets what is deleted, takes the name again, and minds no second deletion`(kind: StoreUnderTest) throws {
        let open = try kind.open()
        try open.store.delete("keys/a")
        #expect(try open.store.put("keys/a", [1]))
        try open.store.delete("keys/a")
        try open.store.delete("keys/a")
        #expect(try open.store.get("keys/a") == nil)
        #expect(try open.store.size("keys/a") == nil)
        #expect(try open.store.list("") == [])
        #expect(try open.store.put("keys/a", [2]))
        #expect(try open.store.get("keys/a") == [2])
    }

    @Test(arguments: StoreUnderTest.available)
    func `takes names with characters that addresses encode`(kind: StoreUnderTest) throws {
        let open = try kind.open()
        let names = ["h/a b", "h/a+b", "h/a%2Fb", "h/é", "h/~._-", "h/(x)&y=z", "h/a#b?c"]
        for name in names { #expect(try open.store.put(name, Array(name.utf8))) }
        for name in names { #expect(try open.store.get(name) == Array(name.utf8)) }
        #expect(try open.store.list("h/").map(\.name) == names.sorted())
        #expect(try open.store.list("h/a+").map(\.name) == ["h/a+b"])
    }

    @Test(arguments: StoreUnderTest.available)
    func `lets exactly one of many writers have a name`(kind: StoreUnderTest) throws {
        let open = try kind.open()
        for round in 0..<5 {
            let winners = Mutex<[Int]>([])
            try concurrently(16) { index in
                if try open.store.put("keys/\(round)", [UInt8](repeating: UInt8(index), count: 20_000)) {
                    winners.withLock { $0.append(index) }
                }
            }
            let winner = try #require(winners.withLock { $0.count == 1 ? $0.first : nil })
            #expect(try open.store.get("keys/\(round)") == [UInt8](repeating: UInt8(winner), count: 20_000))
        }
    }

    @Test(arguments: StoreUnderTest.available)
    func `keeps objects that are larger than one request`(kind: StoreUnderTest) throws {
        guard kind != .fakeS3 else { return }
        let open = try kind.open()
        // A block over and over, each time with another beginning: thirty million random bytes take a debug build a minute.
        let block = Self.bytes(1 << 16)
        var bytes: [UInt8] = []
        for index in 0...(S3Store.multipartThreshold >> 16) { bytes += [UInt8(truncatingIfNeeded: index)] + block }
        #expect(try open.store.put("keys/large", bytes))
        #expect(try !open.store.put("keys/large", bytes))
        #expect(try open.store.size("keys/large") == bytes.count)
        #expect(try open.store.get("keys/large") == bytes)
        let seam = S3Store.partSize - 10..<S3Store.partSize + 10
        #expect(try open.store.get("keys/large", range: seam) == Array(bytes[seam]))
        #expect(try open.store.list("keys/").map(\.size) == [bytes.count])
    }

    @Test(arguments: StoreUnderTest.available)
    func `lists thousands of objects whole`(kind: StoreUnderTest) throws {
        let open = try kind.open()
        #expect(try open.store.put("first", [0]))
        // Buckets are listed in pages of a thousand; a disk that is flushed for each file needs a minute for so many.
        let count = kind == .folder || kind == .sshd ? 1600 : 5000
        try concurrently(count) { index in
            guard try open.store.put("p/\(index % 16)/\(index)", [1]) else {
                throw LifeboatError(.internalError, "the name of \(index) was taken")
            }
        }
        let names = try open.store.list("").map(\.name)
        #expect(names == (["first"] + (0..<count).map { "p/\($0 % 16)/\($0)" }).sorted())
        #expect(try open.store.list("p/3/").count == (count + 12) / 16)
    }

    @Test(arguments: StoreUnderTest.available)
    func `holds a whole repository, read back, collected and checked`(kind: StoreUnderTest) throws {
        let open = try kind.open()
        var objects = Fixture.objects(300)
        let first = try Fixture.backup(try Fixture.repository(open.store), objects).snapshot
        let before = Fixture.expected(objects)
        objects[3].text = "changed"
        objects[3].version += 1
        let second = try Fixture.backup(try Fixture.open(open.store), objects, at: 5).snapshot
        let reopened = try Fixture.open(open.store)
        #expect(try Fixture.contents(reopened, first) == before)
        #expect(try Fixture.contents(reopened, second) == Fixture.expected(objects))
        #expect(throws: LifeboatError.self) { try Fixture.repository(open.store) }
        try Fixture.expectIntact(open.store)
    }
}
