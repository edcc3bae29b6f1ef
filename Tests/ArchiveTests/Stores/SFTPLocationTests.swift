import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Where an SFTP repository is` {
    private func sftp(_ text: String) throws -> SFTPLocation {
        guard case .sftp(let location) = try StoreLocation(parsing: text) else {
            throw LifeboatError(.internalError, "\(text) is not read as SFTP")
        }
        return location
    }

    @Test func `it is written as an address or as scp does`() throws {
        let full = try sftp("sftp://backup@nas.example.com:2222/srv/back%20ups/?ssh-config=/etc/lifeboat/ssh_config")
        #expect(full.host == "nas.example.com")
        #expect(full.user == "backup")
        #expect(full.port == 2222)
        #expect(full.path == "/srv/back ups")
        #expect(full.configurationFile == "/etc/lifeboat/ssh_config")
        #expect(full.text == "sftp://backup@nas.example.com:2222/srv/back ups")
        #expect(try sftp("sftp://nas/~/backups").path == "backups")
        #expect(try sftp("sftp://[::1]:22/x").host == "::1")
        let scp = try sftp("sftp:backup@nas:backups/prod")
        #expect(scp.user == "backup")
        #expect(scp.path == "backups/prod")
        #expect(scp.text == "sftp://backup@nas/~/backups/prod")
        #expect(try sftp("sftp:nas:/srv/x").path == "/srv/x")
        #expect(try sftp("sftp:nas:").path == ".")
    }

    @Test func `ssh is told never to ask, and the host is never an option`() throws {
        let arguments = try sftp("sftp://backup@nas:2222/x?ssh-config=/c").arguments
        #expect(arguments.first == "-oBatchMode=yes")
        #expect(arguments.suffix(10) == ["-F", "/c", "-p", "2222", "-l", "backup", "-s", "--", "nas", "sftp"])
    }

    @Test(arguments: [
        "sftp://nas", "sftp:///x", "sftp:nas", "sftp://-oProxyCommand=x/y", "sftp://-l@nas/y", "sftp:-nas:x",
        "sftp://user:hush@nas/x",
        "sftp://nas:0/x", "sftp://n as/x", "sftp://nas/x?password=hush", "sftp://nas/x?ssh-config", "sftp://nas/%zz",
    ])
    func `what cannot be meant is a usage error that repeats no value`(text: String) {
        let error = #expect(throws: LifeboatError.self) { try StoreLocation(parsing: text) }
        #expect(error?.code == .usage)
        #expect(error?.remedy.isEmpty == false)
        #expect(error.map { "\($0)".contains("hush") } == false)
    }
}
