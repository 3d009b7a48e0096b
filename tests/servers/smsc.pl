# A message centre on loopback that speaks SMPP 3.4 by Net::SMPP, a library that has nothing in common with ours.
# It is told what to do in lines of JSON and tells what it saw in such lines; tests/servers/smsc.py drives it.
# What was delivered and not answered is delivered again at the next bind, as message centres do.
use strict;
use warnings;
use IO::Select;
use JSON::PP;
use Net::SMPP;

my %rules = (system_id => $ARGV[0], password => $ARGV[1], mute => 0, hold => 0, binds => [], submits => []);
my $json = JSON::PP->new->canonical;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34) or die "listen: $!";
my $doors = IO::Select->new($listener, \*STDIN);
my (%role, %open, @held, %sequence);
my ($next_id, $commands) = (0x1A2B, '');
my %bind = (1 => 'receiver', 2 => 'transmitter', 9 => 'transceiver');

sub report { print $json->encode({@_}), "\n"; STDOUT->flush }
sub hex_of { defined $_[0] ? unpack('H*', $_[0]) : '' }

sub gone {
    my ($line) = @_;
    $doors->remove($line);
    my $was = delete $role{$line};
    close $line;
    report(event => 'gone', role => $was // 'unbound');
}

sub receiver {
    my ($line) = grep { ref $_ && ($role{$_} // '') =~ /receiver|transceiver/ } $doors->handles;
    return $line;
}

sub deliver {
    my ($message, $line) = @_;
    my %tlvs = map { $_ => pack('H*', $message->{tlvs}{$_}) } keys %{ $message->{tlvs} // {} };
    my $seq = ++$sequence{$line};
    $open{"$line $seq"} = $message;
    $line->deliver_sm(
        source_addr_ton => $message->{ton} // 1, source_addr_npi => 1, source_addr => $message->{source},
        dest_addr_ton => 3, dest_addr_npi => 0, destination_addr => $message->{destination},
        esm_class => $message->{esm_class} // 0, data_coding => $message->{data_coding} // 0,
        short_message => pack('H*', $message->{content} // ''), seq => $seq, async => 1, %tlvs);
    report(event => 'delivered', tag => $message->{tag}, seq => $seq);
}

sub bound {
    my ($line, $pdu, $as) = @_;
    my $status = @{ $rules{binds} } ? shift @{ $rules{binds} } : 0;
    $status = 0x0F if !$status && $pdu->{system_id} ne $rules{system_id};
    $status = 0x0E if !$status && $pdu->{password} ne $rules{password};
    my $answer = "bind_${as}_resp";
    report(event => 'bind', as => $as, status => $status, version => $pdu->{interface_version},
        system_type => $pdu->{system_type});
    $line->$answer(seq => $pdu->{seq}, status => $status, system_id => 'merkez');
    return if $status;
    $role{$line} = $as;
    $sequence{$line} = 0;
    return if $as eq 'transmitter';
    my @again = map { $open{$_} } sort keys %open;
    %open = ();
    deliver($_, $line) for @again;
}

sub answer_submit {
    my ($line, $seq) = @_;
    my $status = @{ $rules{submits} } ? shift @{ $rules{submits} } : 0;
    my $id = sprintf '%08x', $next_id++;
    $line->submit_sm_resp(seq => $seq, status => $status, message_id => $status ? '' : $id);
}

sub submitted {
    my ($line, $pdu) = @_;
    my @fields = qw(source_addr_ton source_addr_npi source_addr dest_addr_ton dest_addr_npi destination_addr
        esm_class data_coding registered_delivery);
    my %said = map { $_ => $pdu->{$_} } @fields;
    report(event => 'submit', seq => $pdu->{seq}, content => hex_of($pdu->{short_message}), %said);
    if ($rules{hold}) { push @held, [$line, $pdu->{seq}] }
    else { answer_submit($line, $pdu->{seq}) }
}

sub heard {
    my ($line) = @_;
    my $pdu = $line->read_pdu;
    return gone($line) if !$pdu;
    my $cmd = $pdu->{cmd};
    if ($bind{$cmd}) { bound($line, $pdu, $bind{$cmd}) }
    elsif ($cmd == 4) { submitted($line, $pdu) }
    elsif ($cmd == 0x15) {
        report(event => 'enquire', role => $role{$line});
        $line->enquire_link_resp(seq => $pdu->{seq}) if !$rules{mute};
    }
    elsif ($cmd == 6) { report(event => 'unbind', role => $role{$line}); $line->unbind_resp(seq => $pdu->{seq}) }
    elsif ($cmd == 0x80000005) {
        my $message = $pdu->{status} ? undef : delete $open{"$line $pdu->{seq}"};
        report(event => 'answered', seq => $pdu->{seq}, status => $pdu->{status}, tag => $message->{tag});
    }
    else { report(event => sprintf('%08x', $cmd), seq => $pdu->{seq}, status => $pdu->{status}) }
}

sub told {
    my ($order) = @_;
    my $do = $order->{do};
    if ($do eq 'rules') { %rules = (%rules, %{ $order->{rules} }) }
    elsif ($do eq 'deliver') {
        my $line = receiver();
        if ($line) { deliver($order, $line) } else { $open{"later $order->{tag}"} = $order }
    }
    elsif ($do eq 'release') { my @now = splice @held; answer_submit(@$_) for @now }
    elsif ($do eq 'enquire') { $_->enquire_link(async => 1) for grep { $role{$_} } $doors->handles }
    elsif ($do eq 'unbind') { $_->unbind(async => 1) for grep { $role{$_} } $doors->handles }
    elsif ($do eq 'raw') { $_->syswrite(pack('H*', $order->{hex})) for grep { $role{$_} } $doors->handles }
    elsif ($do eq 'drop') { gone($_) for grep { $role{$_} } $doors->handles }
    report(event => 'done', tag => $order->{tag});
}

report(event => 'listening', port => $listener->sockport);
while (1) {
    for my $ready ($doors->can_read) {
        if ($ready == $listener) { $doors->add($listener->accept) }
        elsif ($ready == \*STDIN) {
            exit if !sysread STDIN, $commands, 65536, length $commands;
            while ($commands =~ s/^([^\n]*)\n//) { told($json->decode($1)) }
        }
        else { heard($ready) }
    }
}
