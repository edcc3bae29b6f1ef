package import KubernetesObjects
internal import Synchronization

/// A store in a folder of an SSH server: an object is a file, a `/` in its name is a folder, as in a local folder.
package final class SFTPStore: ObjectStore {
    package let location: String
    let place: SFTPLocation
    let connections: SFTPConnections
    let random: @Sendable (Int) -> [UInt8]
    /// Folders that are known to exist.
    let folders = Mutex<Set<String>>([])
    let hasLookedForLeftovers = Mutex(false)

    package convenience init(_ place: SFTPLocation, environment: StoreEnvironment) {
        let (arguments, variables) = (place.arguments, environment.variables)
        self.init(place, random: environment.random) { () throws(SFTPError) in
            try SSHProcess(arguments: arguments, variables: variables)
        }
    }

    /// - Parameter launch: starts what speaks the protocol on its standard input and output.
    init(
        _ place: SFTPLocation,
        random: @escaping @Sendable (Int) -> [UInt8],
        launch: @escaping @Sendable () throws(SFTPError) -> SSHProcess
    ) {
        self.place = place
        location = place.text
        connections = SFTPConnections(place, launch: launch)
        self.random = random
    }

    func path(_ name: String) -> String { name.isEmpty ? place.path : "\(place.path)/\(name)" }

    package func size(_ name: String) throws(LifeboatError) -> Int? {
        try connections.withConnection { (connection) throws(SFTPError) in try self.size(name, connection) }
    }

    func size(_ name: String, _ connection: SFTPConnection) throws(SFTPError) -> Int? {
        switch try connection.ask(SFTPType.pathStatus, { $0.text(path(name)) }) {
        case .attributes(let attributes):
            guard attributes.isFolder != true else { return nil }
            guard let size = attributes.size else { throw .malformed("\(name) has no size") }
            return size
        case .status(let status) where Self.isMissing(status): return nil
        case let answer: throw refusal("read", name, answer)
        }
    }

    package func delete(_ name: String) throws(LifeboatError) {
        try connections.withConnection { (connection) throws(SFTPError) in
            let answer = try connection.ask(SFTPType.remove) { $0.text(path(name)) }
            guard case .status(let status) = answer, status.isDone || Self.isMissing(status) else {
                throw refusal("delete", name, answer)
            }
        }
    }

    package func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        try connections.withConnection { (connection) throws(SFTPError) in try get(name, range: range, connection) }
    }

    func get(_ name: String, range: Range<Int>?, _ connection: SFTPConnection) throws(SFTPError) -> [UInt8]? {
        guard let handle = try open(name, connection) else { return nil }
        let result = try read(name, handle, range, connection)
        _ = try connection.ask(SFTPType.close) { $0.text(handle) }
        return result
    }

    /// A handle that reads; nil when the object is absent.
    func open(_ name: String, _ connection: SFTPConnection) throws(SFTPError) -> [UInt8]? {
        let opened = try connection.ask(SFTPType.open) {
            $0.text(path(name))
            $0.number(1)
            $0.number(0)
        }
        switch opened {
        case .handle(let handle): return handle
        case .status(let status) where Self.isMissing(status): return nil
        default: throw refusal("read", name, opened)
        }
    }

    private func read(
        _ name: String,
        _ handle: [UInt8],
        _ range: Range<Int>?,
        _ connection: SFTPConnection
    ) throws(SFTPError) -> [UInt8] {
        let answer = try connection.ask(SFTPType.handleStatus) { $0.text(handle) }
        guard case .attributes(let attributes) = answer, let size = attributes.size else {
            throw refusal("read", name, answer)
        }
        let part = range?.clamped(to: 0..<size) ?? 0..<size
        do throws(LifeboatError) { try LargestRead.check(part.count, of: name, in: location) } catch {
            _ = try connection.ask(SFTPType.close) { $0.text(handle) }
            throw .answered(error)
        }
        var bytes = [UInt8](repeating: 0, count: part.count)
        // A server may send less than it was asked for: what is missing is asked for again.
        var missing = stride(from: 0, to: part.count, by: SFTPConnection.chunk)
            .map { $0..<min($0 + SFTPConnection.chunk, part.count) }
        while !missing.isEmpty {
            let requests = missing.map { piece in
                (
                    type: SFTPType.read,
                    fields: SFTPConnection.fields {
                        $0.text(handle)
                        $0.long(UInt64(part.lowerBound + piece.lowerBound))
                        $0.number(UInt32(piece.count))
                    }
                )
            }
            var next: [Range<Int>] = []
            for (piece, answer) in zip(missing, try connection.ask(requests)) {
                guard case .data(let data) = answer, !data.isEmpty, data.count <= piece.count else {
                    guard let unreadable = unreadable(name, answer) else { throw refusal("read", name, answer) }
                    _ = try connection.ask(SFTPType.close) { $0.text(handle) }
                    throw unreadable
                }
                bytes.replaceSubrange(piece.lowerBound..<piece.lowerBound + data.count, with: data)
                if data.count < piece.count { next.append(piece.lowerBound + data.count..<piece.upperBound) }
            }
            missing = next
        }
        return bytes
    }

    /// A file that is open and of which bytes are not to be had: the protocol has no other word for what a disk has lost.
    private func unreadable(_ name: String, _ answer: SFTPAnswer) -> SFTPError? {
        guard case .status(let status) = answer, status.isFailure else { return nil }
        return .answered(
            LifeboatError(
                .storageUnreadable,
                "cannot read \(location)/\(name): the server says \(status.message.prefix(200))",
                remedy:
                    "look at the disk of the server; lifeboat check --read-data names what is affected, and lifeboat repair mends what it can"
            )
        )
    }

    static func isMissing(_ status: SFTPStatus) -> Bool { status.isMissing }

    /// What a status that is no success is to the user.
    func refusal(_ action: String, _ name: String, _ answer: SFTPAnswer) -> SFTPError {
        guard case .status(let status) = answer else {
            return .malformed("the answer about \(name) is of another kind")
        }
        let words = status.message.isEmpty ? "status \(status.code)" : String(status.message.prefix(200))
        let message = "cannot \(action) \(location)/\(name): \(words)"
        if status.isDenied {
            return .refused(
                LifeboatError(
                    .storeDenied,
                    message,
                    remedy: "give this user permission to read and write the folder of the repository on the server"
                )
            )
        }
        return .refused(
            LifeboatError(
                .storageFailed,
                message,
                remedy:
                    "check the disk of the server, which may be full, then run again; nothing that was committed is lost"
            )
        )
    }
}
